/**
 * What a lock asks of the manager it belongs to. An interface of its own, so that the lock does not know the manager.
 */

import type { Deadlock } from './deadlock/deadlock.js';
import type { LockLostError } from './errors.js';
import type { Hold } from './hold.js';
import type { LockState } from './lock-state.js';

/** What a lock tells whoever looks for deadlocks. */
export interface Nesting {
  /** Whether a waiter may be rejected: it has to be able to leave the queue. */
  readonly throws: boolean;
  /** Runs the body of a hold, so that what it asks for is known to be asked inside of it. */
  body<T>(fn: (hold: Hold) => T, hold: Hold): T;
  /** A waiter has queued. Gives the promise of its turn in place of `granted`. */
  queued(waiter: Hold, granted: Promise<true>): Promise<true>;
  /** The deadlock that this waiter is in, if any. */
  deadlockOf(waiter: Hold): Deadlock | undefined;
}

export interface LockHome {
  /** Takes no new attempts. */
  readonly closed: boolean;
  /** Open, and without a default for attempts: there is nothing to ask it. */
  readonly plain: boolean;
  /** The default for attempts that give none, in milliseconds. */
  readonly timeout: number | undefined;
  /** Whether those who wait at a driver may be told the span of the hold. */
  readonly storeTraceparent: boolean;
  /** Where deadlocks are looked for. */
  readonly nesting: Nesting | undefined;
  /** The lock that is held or awaited in this slot, if any. */
  inUse(slot: string): LockState | undefined;
  /** A lock came into use. */
  attach(slot: string | undefined, lock: LockState): void;
  /** It is idle: nothing of it is kept. */
  detach(slot: string | undefined): void;
  /** Nobody holds or awaits it any more. */
  idle(): void;
  /** A hold was lost. */
  lost(error: LockLostError): void;
  /** The key that `slot` stands for. */
  keyOf(name: string, slot: string): string | undefined;
}
