/**
 * The numbers of one lock *name*: the only thing the hot path writes, and all that sinks read.
 *
 * They are plain fields, written at each transition of a lock and read when somebody scrapes, so that a metrics library
 * never runs inside `acquire()` or `release()`. What can be found by looking at the locks that are held (how many, how
 * long, how deep their queues) is not counted but looked at then: it costs nothing until somebody asks, and cannot drift.
 *
 * Invariants:
 * - sum(wait buckets) = sum(outcomes): every attempt ends in exactly one outcome and is timed exactly once.
 * - sum(hold buckets) + held = outcomes.acquired, less the waiters with a signal that were granted the lock and have not
 *   resumed yet: whether they take it is not known before. `contended` counts attempts when they end, so it never exceeds
 *   them.
 * - `heldTime` and `queuedTime` are the exact areas under `held` and `queueDepth`, with what is in progress, which is why
 *   a lock that is stuck *now* shows as fully utilised *now*.
 * - `oldest` → … → `newest` links the locks that are held, by the start of their hold. A lock in memory that is awaited is
 *   held; one at a driver may be held by another process, and then stands in `awaitedElsewhere` while it is awaited here.
 */
import type { BackendResult } from './backend-stats.js';
import { Histogram } from './histogram.js';
import type { ObserverSet } from './observer.js';

/** How an attempt to get a lock ended. `busy`: it was held, and the attempt was not to wait (`tryAcquire()`, `timeout: 0`). `error`: a backend failed. */
export type Outcome = 'acquired' | 'timeout' | 'aborted' | 'rejected' | 'busy' | 'error';

export const OUTCOMES: readonly Outcome[] = Object.freeze([
  'acquired',
  'timeout',
  'aborted',
  'rejected',
  'busy',
  'error',
]);

/** Where a lock's state lives: in this process, or at the engine of a driver. A handful of values: it is a metric label. */
export type Backend = 'memory' | 'redis' | 'postgres' | 'etcd' | (string & {});

/**
 * Why a hold was ended by somebody else than its holder. `abandoned`: the client it worked for had left (HTTP). `max_hold`: it
 * lasted as long as its driver allows. `closed`: its driver was closed.
 */
export type ForcedReleaseReason = 'abandoned' | 'max_hold' | 'closed';

/** A lock that somebody waits for. */
export interface AwaitedLock {
  readonly queueDepth: number;
  /** In the order of their arrival. */
  waiters(): Iterable<Waiter>;
}

/** A lock while it is held, as a link in its name's list. */
export interface HeldLock extends AwaitedLock {
  /** When the current hold began, on the clock of `clock.ts`. */
  since: number;
  older: HeldLock | undefined;
  newer: HeldLock | undefined;
}

/** Somebody in a queue. */
export interface Waiter {
  /** When it joined. */
  readonly time: number;
  readonly label: string | undefined;
}

/** What is true at one moment only. Ages and areas in milliseconds. */
export interface LiveStats {
  /** Locks held. */
  held: number;
  /** Waiters. */
  queueDepth: number;
  /** Waiters of the lock that has most of them. */
  queueDepthMax: number;
  /** The oldest hold in progress, 0 when there is none. */
  holderAge: number;
  /** The oldest waiter, 0 when there is none. */
  waiterAge: number;
  /** ∫ held dt so far. */
  heldTime: number;
  /** ∫ queueDepth dt so far. */
  queuedTime: number;
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
  readonly forcedReleases: Record<ForcedReleaseReason, number> = { abandoned: 0, max_hold: 0, closed: 0 };
  /** Leases that ran out or were taken while their holder believed to hold. A lock in memory has none. */
  leaseLost = 0;
  readonly leaseRenewals: Record<BackendResult, number> = { ok: 0, error: 0 };
  /** How many locks share these numbers; without end where there are keys. */
  locks = 0;
  /** Locks that are awaited here and not held here: those of drivers, which another process may hold. */
  readonly awaitedElsewhere = new Set<AwaitedLock>();
  private oldest: HeldLock | undefined = undefined;
  private newest: HeldLock | undefined = undefined;
  /** Time held by holds that never were one: the lock was passed on before its waiter resumed. */
  private passedOnTime = 0;
  private heldTimeRead = 0;
  private queuedTimeRead = 0;

  constructor(
    readonly name: string,
    readonly backend: Backend,
    /** Who watches attempts on this name. */
    readonly observers: ObserverSet,
  ) {}

  /** How many may hold at once: 1 for a name that is one lock, `undefined` where several locks share it. */
  get permits(): number | undefined {
    return this.locks === 1 ? 1 : undefined;
  }

  /** A free lock was given to an attempt at once. */
  taken(lock: HeldLock, time: number): void {
    this.outcomes.acquired++;
    this.wait.observeNothing();
    lock.since = time;
    this.link(lock);
  }

  /** An attempt ended at once without the lock. */
  refused(outcome: Outcome): void {
    this.outcomes[outcome]++;
    this.wait.observeNothing();
  }

  /** An attempt that waited got the lock. `contended`: it queued; at a server even one that does not queue waits. */
  granted(waited: number, contended = true): void {
    this.outcomes.acquired++;
    if (contended) this.contended++;
    this.wait.observe(waited);
  }

  /** An attempt that waited ended without the lock. Returns `waited`. */
  gaveUp(waited: number, outcome: Outcome, contended = true): number {
    this.outcomes[outcome]++;
    if (contended) this.contended++;
    this.wait.observe(waited);
    return waited;
  }

  /** A lock came from elsewhere: it is held here from now on. */
  arrived(lock: HeldLock, time: number): void {
    lock.since = time;
    this.link(lock);
  }

  /** A held lock went on to its first waiter: it stays held, its age starts anew. */
  handedOver(lock: HeldLock, time: number): void {
    lock.since = time;
    if (this.newest === lock) return;
    this.unlink(lock);
    this.link(lock);
  }

  /** A held lock became free. */
  freed(lock: HeldLock): void {
    this.unlink(lock);
  }

  /** A hold that never was one: its waiter had given up before it resumed. It counts as time held, not as a hold. */
  passedOn(held: number): void {
    this.passedOnTime += held;
  }

  /** The locks that somebody waits for: those that are held here, by the start of their hold, and those held elsewhere. */
  *awaitedLocks(): IterableIterator<AwaitedLock> {
    for (const lock of this.heldLocks()) if (lock.queueDepth > 0) yield lock;
    yield* this.awaitedElsewhere;
  }

  /** The locks that are held, by the start of their hold. */
  *heldLocks(): IterableIterator<HeldLock> {
    for (let lock = this.oldest; lock !== undefined; lock = lock.newer) yield lock;
  }

  /**
   * What is true at `time`. The areas are what has ended (the sums of the histograms) and what is in progress, so they
   * cost the hot path nothing. Rounding must not make a counter go back, hence the maximum with what was read before.
   */
  live(time: number): LiveStats {
    const live = { held: 0, queueDepth: 0, queueDepthMax: 0, holderAge: 0, waiterAge: 0 };
    let heldTime = this.hold.sum + this.passedOnTime;
    let queuedTime = this.wait.sum;
    for (const lock of this.heldLocks()) {
      const age = time - lock.since;
      live.held++;
      live.holderAge = Math.max(live.holderAge, age);
      heldTime += age;
    }
    for (const lock of this.awaitedLocks()) {
      const { queueDepth } = lock;
      live.queueDepth += queueDepth;
      live.queueDepthMax = Math.max(live.queueDepthMax, queueDepth);
      for (const waiter of lock.waiters()) {
        const waited = time - waiter.time;
        live.waiterAge = Math.max(live.waiterAge, waited);
        queuedTime += waited;
      }
    }
    this.heldTimeRead = Math.max(this.heldTimeRead, heldTime);
    this.queuedTimeRead = Math.max(this.queuedTimeRead, queuedTime);
    return { ...live, heldTime: this.heldTimeRead, queuedTime: this.queuedTimeRead };
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
    if (older === newer) {
      this.oldest = undefined;
      this.newest = undefined;
      return;
    }
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.newest = older;
    else newer.older = older;
    lock.older = undefined;
    lock.newer = undefined;
  }
}
