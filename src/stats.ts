/**
 * The numbers of one lock *name*: the only thing the hot path writes, and all that sinks read.
 *
 * They are plain fields, written at each transition of a lock and read when somebody scrapes, so that a metrics library
 * never runs inside `acquire()` or `release()`.
 *
 * Invariants, at any moment:
 * - sum(wait buckets) = sum(outcomes): every attempt ends in exactly one outcome and is timed exactly once.
 * - sum(hold buckets) + held = outcomes.acquired, and `contended` counts attempts when they end, so it never exceeds them.
 * - `heldTime` and `queuedTime` are the areas under `held` and `queueDepth` up to `last`; reading them ticks first, which
 *   is why a lock that is stuck *now* shows as fully utilised *now*.
 * - `oldest` → … → `newest` links the locks that are held, by the start of their hold.
 */
import { now } from './clock.js';
import { Histogram } from './histogram.js';
import type { ObserverSet } from './observer.js';

/** How an attempt to get a lock ended. `busy`: `tryAcquire()` found it held. `error`: a backend failed. */
export type Outcome = 'acquired' | 'timeout' | 'aborted' | 'rejected' | 'busy' | 'error';

export const OUTCOMES: readonly Outcome[] = Object.freeze([
  'acquired',
  'timeout',
  'aborted',
  'rejected',
  'busy',
  'error',
]);

/** Where a lock's state lives. */
export type Backend = 'memory';

/** A lock while it is held, as a link in its name's list. */
export interface HeldLock {
  /** When the current hold began, on the clock of `clock.ts`. */
  since: number;
  older: HeldLock | undefined;
  newer: HeldLock | undefined;
  readonly queueDepth: number;
  /** When the first waiter came, or `undefined` when nobody waits. */
  readonly firstWaiterSince: number | undefined;
}

/** The numbers of one lock name. All times in milliseconds. */
export class LockStats {
  readonly wait = new Histogram();
  readonly hold = new Histogram();
  readonly outcomes: Record<Outcome, number> = {
    acquired: 0,
    timeout: 0,
    aborted: 0,
    rejected: 0,
    busy: 0,
    error: 0,
  };
  contended = 0;
  /** Holds given up because the client they worked for had left (HTTP). */
  abandoned = 0;
  held = 0;
  queueDepth = 0;
  oldest: HeldLock | undefined = undefined;
  newest: HeldLock | undefined = undefined;
  private last = now();
  private heldArea = 0;
  private queuedArea = 0;

  constructor(
    readonly name: string,
    readonly backend: Backend,
    /** Who watches attempts on this name. */
    readonly observers: ObserverSet,
  ) {}

  /** Closes the areas at `time`. Comes before any change of `held` or `queueDepth`. */
  private tick(time: number): void {
    const elapsed = time - this.last;
    this.last = time;
    this.heldArea += this.held * elapsed;
    if (this.queueDepth !== 0) this.queuedArea += this.queueDepth * elapsed;
  }

  /** ∫ held dt, with the holds in progress. */
  heldTime(time: number = now()): number {
    this.tick(time);
    return this.heldArea;
  }

  /** ∫ queueDepth dt, with the waits in progress. */
  queuedTime(time: number = now()): number {
    this.tick(time);
    return this.queuedArea;
  }

  /** An attempt that did not queue. */
  resolved(outcome: Outcome): void {
    this.outcomes[outcome]++;
    this.wait.observe(0);
  }

  /** An attempt that queued for `waited`. Its place in the queue is given up separately. */
  resolvedAfter(waited: number, outcome: Outcome): void {
    this.outcomes[outcome]++;
    this.contended++;
    this.wait.observe(waited);
  }

  enqueued(time: number): void {
    this.tick(time);
    this.queueDepth++;
  }

  dequeued(time: number): void {
    this.tick(time);
    this.queueDepth--;
  }

  /** A free lock became held. */
  taken(lock: HeldLock, time: number): void {
    this.tick(time);
    this.held++;
    lock.since = time;
    this.link(lock);
  }

  /** A held lock became free. */
  freed(lock: HeldLock, time: number): void {
    this.tick(time);
    this.held--;
    this.unlink(lock);
  }

  /** A held lock went from its holder to its first waiter: it stays held, its age starts anew. */
  handedOver(lock: HeldLock, time: number): void {
    this.dequeued(time);
    lock.since = time;
    if (this.newest === lock) return;
    this.unlink(lock);
    this.link(lock);
  }

  /** The locks that are held, by the start of their hold. */
  *heldLocks(): IterableIterator<HeldLock> {
    for (let lock = this.oldest; lock !== undefined; lock = lock.newer) yield lock;
  }

  /** What is true at `time` only: the longest queue of one lock, the age of the oldest hold and of the oldest waiter. */
  live(time: number): { queueDepthMax: number; holderAge: number; waiterAge: number } {
    let queueDepthMax = 0;
    let firstWaiterSince = time;
    for (const lock of this.heldLocks()) {
      queueDepthMax = Math.max(queueDepthMax, lock.queueDepth);
      firstWaiterSince = Math.min(firstWaiterSince, lock.firstWaiterSince ?? time);
    }
    const holderAge = this.oldest === undefined ? 0 : time - this.oldest.since;
    return { queueDepthMax, holderAge, waiterAge: time - firstWaiterSince };
  }

  private link(lock: HeldLock): void {
    const last = this.newest;
    this.newest = lock;
    if (last === undefined) {
      this.oldest = lock;
      return;
    }
    lock.older = last;
    last.newer = lock;
  }

  private unlink(lock: HeldLock): void {
    const { older, newer } = lock;
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.newest = older;
    else newer.older = older;
    lock.older = undefined;
    lock.newer = undefined;
  }
}
