/**
 * The state of all locks as plain JSON, taken in one synchronous step: the numbers in it agree with each other.
 */
import { now } from './clock.js';
import { bucketQuantile, type Histogram } from './histogram.js';
import { hashKey } from './key-hash.js';
import type { Lock } from './lock.js';
import type { AwaitedLock, Backend, LockStats, Outcome } from './stats.js';
import type { StatsRegistry } from './stats-registry.js';

/** A distribution of durations. */
export interface HistogramSnapshot {
  count: number;
  sumSeconds: number;
  /** `null` when nothing was observed. */
  p50Seconds: number | null;
  p99Seconds: number | null;
  /** Observations per bucket, aligned with `BUCKET_BOUNDS_SECONDS`, the last cell for what lies above. */
  buckets: number[];
}

/** One hold in progress. */
export interface HolderSnapshot {
  label: string | null;
  /** `api-1:4242` when another process holds, as the engine said last; `null` when this one does. */
  process: string | null;
  keyHash: string | null;
  ageSeconds: number;
  /** How many wait behind it. */
  queueDepth: number;
  /** Who waits behind it, in the order of their turns; 100 at most for all holders of a name. */
  waiters: WaiterSnapshot[];
}

/** Somebody who waits. */
export interface WaiterSnapshot {
  label: string | null;
  ageSeconds: number;
}

/** One lock name. */
export interface LockSnapshot {
  name: string;
  backend: Backend;
  /** Holders now: 0 or 1, or the number of keys held. */
  held: number;
  queueDepth: number;
  /** The deepest queue of a single key. */
  queueDepthMax: number;
  /** The oldest hold in progress; 0 when free. */
  holderAgeSeconds: number;
  /** The oldest waiter; 0 when nobody waits. */
  waiterAgeSeconds: number;
  /** Seconds held so far, all holders added up, with the holds in progress. */
  heldTimeSeconds: number;
  /** Seconds waited so far, all waiters added up, with the waits in progress. */
  queuedTimeSeconds: number;
  outcomes: Record<Outcome, number>;
  /** Attempts that had to queue, of those that have ended. */
  contended: number;
  /** Holds given up because their client had left. */
  abandoned: number;
  /** Leases that were lost while they were held. */
  leaseLost: number;
  wait: HistogramSnapshot;
  hold: HistogramSnapshot;
  /** The holds in progress, the oldest first, and those of other processes that are waited for here; 100 at most. */
  holders: HolderSnapshot[];
}

/** What `LockManager.snapshot()` returns. */
export interface Snapshot {
  version: 1;
  /** ISO 8601. */
  at: string;
  /** Names that are counted under `_other` because there were too many; it stops at 1 000. */
  foldedNames: number;
  /** Errors thrown by observers, and ignored. */
  observerErrors: number;
  locks: LockSnapshot[];
}

/** How many holders a snapshot names per lock name. */
export const SNAPSHOT_HOLDERS = 100;

/** How many waiters a snapshot names per lock name. */
export const SNAPSHOT_WAITERS = 100;

export function takeSnapshot(registry: StatsRegistry): Snapshot {
  const time = now();
  return {
    version: 1,
    at: new Date().toISOString(),
    foldedNames: registry.foldedNames,
    observerErrors: registry.observers.errors,
    locks: Array.from(registry.all(), (stats) => snapshotOf(stats, time)),
  };
}

function snapshotOf(stats: LockStats, time: number): LockSnapshot {
  const live = stats.live(time);
  return {
    name: stats.name,
    backend: stats.backend,
    held: live.held,
    queueDepth: live.queueDepth,
    queueDepthMax: live.queueDepthMax,
    holderAgeSeconds: live.holderAge / 1e3,
    waiterAgeSeconds: live.waiterAge / 1e3,
    heldTimeSeconds: live.heldTime / 1e3,
    queuedTimeSeconds: live.queuedTime / 1e3,
    outcomes: { ...stats.outcomes },
    contended: stats.contended,
    abandoned: stats.forcedReleases.abandoned,
    leaseLost: stats.leaseLost,
    wait: histogramOf(stats.wait),
    hold: histogramOf(stats.hold),
    holders: holdersOf(stats, time),
  };
}

function histogramOf(histogram: Histogram): HistogramSnapshot {
  const quantile = (q: number): number | null => {
    const value = bucketQuantile(q, histogram.counts);
    return Number.isNaN(value) ? null : value;
  };
  return {
    count: histogram.count,
    sumSeconds: histogram.sum / 1e3,
    p50Seconds: quantile(0.5),
    p99Seconds: quantile(0.99),
    buckets: Array.from(histogram.counts),
  };
}

function holdersOf(stats: LockStats, time: number): HolderSnapshot[] {
  const holders: HolderSnapshot[] = [];
  let room = SNAPSHOT_WAITERS;
  for (const lock of heldOrAwaited(stats)) {
    if (holders.length === SNAPSHOT_HOLDERS) break;
    const { key, queueDepth, holder, since } = lock;
    const { holderLabel, holderProcess, holderAge = 0 } = lock.situation();
    const waiters = waitersOf(lock, time, room);
    room -= waiters.length;
    holders.push({
      label: holderLabel ?? null,
      process: holderProcess ?? null,
      keyHash: key === undefined ? null : hashKey(key),
      ageSeconds: (holder === undefined ? holderAge : time - since) / 1e3,
      queueDepth,
      waiters,
    });
  }
  return holders;
}

function* heldOrAwaited(stats: LockStats): IterableIterator<Lock> {
  yield* stats.heldLocks() as IterableIterator<Lock>;
  yield* stats.awaitedElsewhere as Set<AwaitedLock & Lock>;
}

function waitersOf(lock: AwaitedLock, time: number, atMost: number): WaiterSnapshot[] {
  const waiters: WaiterSnapshot[] = [];
  for (const { label, time: since } of lock.waiters()) {
    if (waiters.length === atMost) break;
    waiters.push({ label: label ?? null, ageSeconds: (time - since) / 1e3 });
  }
  return waiters;
}
