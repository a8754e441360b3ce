/**
 * The channels of `node:diagnostics_channel` that locks publish on, and what they say.
 *
 * The names are `lockmeter:<what happened>`; `request.*` are the names and fields that Node gives its own Web Locks, after
 * the prefix. Keys are said as they are: who subscribes runs in this process, beside the code that made them.
 *
 * The channels themselves are not in the published types: `@types/node` 26 exchanged the type parameters of one of them.
 *
 * Invariant: the channel objects are kept here. The platform keeps a channel only while somebody does, and the hooks that
 * tell who listens (`subscriptions.ts`) are on these objects.
 */
import { type Channel, channel, tracingChannel } from 'node:diagnostics_channel';
import type { BackendResult } from '../../backend-stats.js';
import type { LossCause } from '../../drivers/driver.js';
import type { LockLostError } from '../../errors.js';
import type { Backend, Outcome } from '../../stats.js';

/** What every message about an attempt says. */
export interface ChannelAttempt {
  /** The same in all messages of one attempt. */
  readonly id: number;
  readonly backend: string;
  readonly key: string | undefined;
  readonly label: string | undefined;
}

/** `lockmeter:request.start`, and `.miss`: it found the lock held and was not to wait. */
export interface RequestMessage extends ChannelAttempt {
  /** The lock's name. */
  readonly name: string;
  readonly mode: 'exclusive';
}

/** `lockmeter:request.grant`. */
export interface RequestGrantMessage extends RequestMessage {
  readonly contended: boolean;
  /** Milliseconds in the queue. */
  readonly waited: number;
}

/** `lockmeter:request.end`: the hold has ended, or the attempt without one. */
export interface RequestEndMessage extends RequestMessage {
  readonly outcome: Outcome;
  /** What the body threw, how the lock was lost, or why there was no grant. */
  readonly error: unknown;
}

/** `lockmeter:release`. */
export interface ReleaseMessage extends ChannelAttempt {
  readonly lock: string;
  /** Milliseconds. */
  readonly held: number;
  /** Those who wait behind it. */
  readonly queueDepth: number;
}

/** `lockmeter:lease.lost`: the hold is over, though its body goes on. */
export interface LeaseLostMessage extends ChannelAttempt {
  readonly lock: string;
  readonly reason: LossCause;
  /** Milliseconds. */
  readonly held: number;
  /** How long the event loop had stood still before, in milliseconds, where that is why. */
  readonly stalled: number | undefined;
  /** The reason of `hold.signal`. */
  readonly error: LockLostError;
}

/** `lockmeter:lease.renewed`, or one try failed. */
export interface LeaseRenewedMessage extends ChannelAttempt {
  readonly lock: string;
  readonly result: BackendResult;
}

/** `lockmeter:lock.created`: the first lock of a name was asked for. */
export interface LockCreatedMessage {
  readonly lock: string;
  readonly backend: Backend;
}

/** The context of `tracing:lockmeter:wait:*`. One object for all events of a wait; subscribers may add to it. */
export interface WaitContext extends ChannelAttempt {
  readonly lock: string;
  /** Waiters that it found ahead of it. */
  readonly queueDepth: number;
  /** The label of the hold that it found in its way. */
  readonly holder: string | undefined;
  /** The host and process id of that hold when another process may have it: `api-1:4242`. */
  readonly holderProcess: string | undefined;
  /** The `id` of the attempt behind that hold, when it was heard of. */
  readonly blockedBy: number | undefined;
  /** There when the wait is over. */
  outcome?: Outcome;
  error?: unknown;
}

/** The context of `tracing:lockmeter:hold:*`. One object for all events of a body; subscribers may add to it. */
export interface HoldContext extends ChannelAttempt {
  readonly lock: string;
  readonly contended: boolean;
  /** Milliseconds in the queue. */
  readonly waited: number;
  /** What the body returned or resolved to. */
  result?: unknown;
  error?: unknown;
}

/** @internal Attempts that found the lock held, from asking to the outcome; at a driver from when its engine says so. */
export const WAIT = tracingChannel<unknown, WaitContext>('lockmeter:wait');
/** @internal Bodies. */
export const HOLD = tracingChannel<unknown, HoldContext>('lockmeter:hold');

export const REQUEST = {
  start: channel('lockmeter:request.start'),
  grant: channel('lockmeter:request.grant'),
  miss: channel('lockmeter:request.miss'),
  end: channel('lockmeter:request.end'),
} as const;
export const RELEASE = channel('lockmeter:release');
export const LEASE = { lost: channel('lockmeter:lease.lost'), renewed: channel('lockmeter:lease.renewed') } as const;
export const SLOW_WAIT = channel('lockmeter:slow-wait');
export const SLOW_HOLD = channel('lockmeter:slow-hold');
export const DEADLOCK = channel('lockmeter:deadlock');
export const LOCK_CREATED = channel('lockmeter:lock.created');

/** All that an attempt may be said on. */
export const ATTEMPT_CHANNELS: readonly Channel[] = [WAIT, HOLD]
  .flatMap(({ start, end, asyncStart, asyncEnd, error }): Channel[] => [start, end, asyncStart, asyncEnd, error])
  .concat(Object.values(REQUEST), RELEASE, Object.values(LEASE));

/** Publishes a message, which is made only if somebody listens. */
export function publish<T extends object>(to: Channel, message: () => T): void {
  if (to.hasSubscribers) to.publish(Object.freeze(message()));
}
