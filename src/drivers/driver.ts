/**
 * What a driver is: the contract between the locks of this package and the engine, a server for instance, that several
 * processes share. A driver queues, grants and loses; everything else (options, timeouts, spans, numbers, deadlocks, errors'
 * text) is done above it, the same for every engine.
 *
 * The rules, which the suite in `lockmeter/driver-contract` checks:
 *
 * 1. At most one grant of a resource is valid at any instant, while the engine keeps its state.
 * 2. Grants are made in the order in which attempts arrived at the engine, less those that gave up. Nobody barges.
 * 3. A grant and its fencing token are made in one atomic step, and tokens of a resource grow from grant to grant.
 * 4. A release makes the next waiter the holder in the same step, and wakes exactly that one.
 * 5. A loss is found by a local deadline, counted from the *sending* of the last request that the engine confirmed, on a clock
 *    that goes on while the machine sleeps; it is told before the engine may grant the resource to somebody else.
 * 6. A request that is sent twice has the effect of one: attempts have identities.
 * 7. `cancel()` is also a release, if the grant was on its way.
 * 8. Nothing that fails, fails unheard: no unhandled rejection, no 'error' event without a listener; and no timer of a driver
 *    keeps a process alive.
 */
import type { BackendOperation, BackendResult } from '../backend-stats.js';
import type { Backend } from '../stats.js';

/**
 * An engine that keeps locks.
 *
 * @example
 * const locks = new LockManager({ driver: redisDriver({ url: 'redis://127.0.0.1:6379' }) });
 */
export interface LockDriver {
  /** What the engine is called in metrics, spans and messages: a handful of values, for ever. */
  readonly kind: Backend;
  readonly caps: DriverCaps;
  /**
   * Asks for the resource, now. Must not throw; what goes wrong is told by `attempt.failed`.
   *
   * @param resource The lock: its name, and its key if it has one, in one string that no other lock has.
   */
  acquire(resource: string, attempt: DriverAttempt): PendingGrant;
  /** What all processes know of the resource, if `caps.sharedInspect`; otherwise what this one does. */
  inspect(resource: string): Promise<DriverState>;
  /** How it stands with the engine, without asking it. */
  health(): DriverHealth;
  /** Calls `listener` for what happens beside the attempts. Returns the function that stops it. */
  on(listener: (event: DriverEvent) => void): () => void;
  /**
   * Refuses (`'closed'`) whoever waits, gives back what is held, as far as the engine answers, and closes the connections that
   * the driver has made, and no others. Resolves when that is done; never rejects. May be called again.
   */
  close(): Promise<void>;
}

/** What holds for an engine. */
export interface DriverCaps {
  /** Whether turns go by arrival at the engine, or by arrival within each process. */
  readonly ordering: 'global-fifo' | 'process-fifo';
  /** What the growth of fencing tokens rests on: the engine's order of events, the engine's clock, or this process. */
  readonly fencing: 'strict' | 'clock-assisted' | 'local';
  /** What frees the resource of a holder that is gone. */
  readonly holdBound: 'lease' | 'session' | 'process';
  /** Whether `inspect()` sees other processes. */
  readonly sharedInspect: boolean;
}

/** Who asks, as others are shown it. */
export interface HolderInfo {
  /** The attempt's label. */
  readonly label?: string;
  /** The host's name. */
  readonly host?: string;
  readonly pid?: number;
  /** The span of the hold as in W3C Trace Context (section 3.2), if that is shared. */
  readonly traceparent?: string;
}

/** Somebody who holds a resource, here or elsewhere. */
export interface HolderState extends HolderInfo {
  /** Which attempt it is, at the engine. */
  readonly id: string;
  readonly fencingToken: bigint;
  /** Milliseconds since the grant, on the engine's clock. */
  readonly age: number;
  /** Milliseconds until the lease ends unless it is renewed; `undefined` without leases. */
  readonly leaseLeft?: number;
}

/** Where an attempt stands. */
export interface QueuePlace {
  /** Waiters ahead of it, or of those there are when it did not queue; the holder not counted. */
  readonly ahead: number;
  /** Who holds, as far as the engine said. */
  readonly holder: HolderState | undefined;
}

/**
 * One attempt, as a driver sees it, and what it is told of. `granted`, `refused` or `failed` is its answer: one of them, once,
 * unless it is cancelled before. Nothing is told before `acquire()` has returned, and nothing but a loss or a renewal after the
 * answer. What is told does not throw, and may ask, cancel or release at once.
 */
export interface DriverAttempt {
  /** Whether it queues if the resource is held. */
  readonly wait: boolean;
  /** The longest line it joins, the holder not counted; `undefined` for any. */
  readonly maxQueue: number | undefined;
  readonly info: HolderInfo;
  /** It stands in the queue, before the answer. Called again when the engine is heard to say something else. */
  queued?(place: QueuePlace): void;
  /** It has the resource. */
  granted(grant: DriverGrant): void;
  /** It is not to have the resource. */
  refused(refusal: DriverRefusal): void;
  /** The engine cannot be asked, or failed for good. */
  failed(error: Error): void;
  /** Its lease was renewed, or one try to do that failed. */
  renewed?(result: BackendResult): void;
  /** It holds no more, though it did not release. Called once at most, and never after `release()` was called. */
  lost?(loss: LeaseLoss): void;
}

/** An attempt on its way. */
export interface PendingGrant {
  /**
   * Takes it out of the queue, and gives the resource back if it was granted meanwhile. It has no answer then. May be called at
   * any time, also after the answer.
   */
  cancel(): void;
}

/** Why there is no grant. */
export interface DriverRefusal {
  /** `busy`: held, and the attempt was not to wait. `full`: `maxQueue` wait already. `closed`: the driver is closed. */
  readonly refused: 'busy' | 'full' | 'closed';
  readonly place?: QueuePlace;
}

/** How a release went: `lost` when the resource was somebody else's already, `unknown` when the engine did not say. */
export type ReleaseResult = 'released' | 'lost' | 'unknown';

/** The possession of a resource. */
export interface DriverGrant {
  /** Greater than that of every earlier grant of the resource. */
  readonly fencingToken: bigint;
  /** Until when it holds if it is not renewed, on the clock of `performance.now()`; `Infinity` without leases. */
  readonly deadline: number;
  /**
   * Whether it holds still, by the clock and not by the last timer: a process that was stalled must learn of its loss before
   * it goes on. Tells `attempt.lost` before it returns `false` for the first time.
   */
  isValid(): boolean;
  /** Changes what others are shown of the holder, in the background. Not every engine can. */
  describe?(info: HolderInfo): void;
  /**
   * Gives the resource to the next waiter. May be called again; never rejects. `unknown` comes as soon as one try failed, and
   * the driver tries on until the lease is over.
   */
  release(): Promise<ReleaseResult>;
}

/** Why a hold is over that nobody released. */
export type LossCause =
  /** The lease could not be renewed in time. */
  | 'lease-deadline'
  /** The engine says that the resource is somebody else's, or nobody's. */
  | 'taken'
  /** The session with the engine, which the hold lived in, is over. */
  | 'session'
  /** It was held for `maxHold`. */
  | 'max-hold'
  /** The driver was closed. */
  | 'closed';

/** A loss. Times in milliseconds. */
export interface LeaseLoss {
  readonly cause: LossCause;
  /** How long this process's event loop had stood still shortly before, where that is what broke the lease. */
  readonly stalled?: number;
  /** What went wrong last, when renewing failed. */
  readonly error?: Error;
}

/** What `inspect()` tells. */
export interface DriverState {
  readonly locked: boolean;
  /** Waiters, the holder not counted. */
  readonly queueDepth: number;
  readonly holder: HolderState | undefined;
  /** The next waiters in the order of their turns, ten at most. */
  readonly next: readonly WaiterState[];
}

/** Somebody in an engine's queue. */
export interface WaiterState extends HolderInfo {
  readonly id: string;
  /** Milliseconds since it arrived at the engine, where that is known. */
  readonly age?: number;
}

/** How it stands with an engine. */
export interface DriverHealth {
  /** `degraded`: waits go on, but the engine does not answer, cannot be heard, or makes no grant that counts. */
  readonly state: 'connecting' | 'ready' | 'degraded' | 'closed';
  /** Since when, in milliseconds since the epoch. */
  readonly since: number;
  /** Where the engine is, for people: `127.0.0.1:6379`. */
  readonly address?: string;
  /** What went wrong last; `undefined` while ready. */
  readonly error?: Error;
}

/** What happens beside the attempts. */
export type DriverEvent =
  /** A request to the engine has ended, after `duration` ms. */
  | {
      readonly type: 'trip';
      readonly operation: BackendOperation;
      readonly result: BackendResult;
      readonly duration: number;
    }
  | { readonly type: 'health'; readonly health: DriverHealth }
  /** A waiter learned of its turn by asking, for the wake-up did not come. */
  | { readonly type: 'missed-wake'; readonly resource: string };
