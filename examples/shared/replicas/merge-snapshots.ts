/**
 * The snapshots of several processes as one: of all the locks' numbers the sum, of ages the greatest.
 *
 * Invariant: what counters say never shrinks, if a process that has ended stays in the sum, at rest.
 */
import { bucketQuantile, type HistogramSnapshot, type LockSnapshot, type Snapshot } from 'lockmeter';

/**
 * @example
 * mergeSnapshots([ofReplica1, ofReplica2]).locks.find(({ name }) => name === 'inventory')?.queueDepth; // of both
 */
export function mergeSnapshots(snapshots: readonly Snapshot[]): Snapshot {
  const locks = new Map<string, LockSnapshot>();
  for (const lock of snapshots.flatMap((snapshot) => snapshot.locks)) {
    const others = locks.get(lock.name);
    locks.set(lock.name, others === undefined ? lock : together(others, lock));
  }
  return {
    version: 1,
    at: new Date().toISOString(),
    foldedNames: sum(snapshots, ({ foldedNames }) => foldedNames),
    observerErrors: sum(snapshots, ({ observerErrors }) => observerErrors),
    locks: [...locks.values()],
  };
}

/** What a process has counted that holds nothing any more, and awaits nothing. */
export function atRest(snapshot: Snapshot): Snapshot {
  const nothing = { held: 0, queueDepth: 0, queueDepthMax: 0, holderAgeSeconds: 0, waiterAgeSeconds: 0, holders: [] };
  return { ...snapshot, locks: snapshot.locks.map((lock) => ({ ...lock, ...nothing })) };
}

function together(a: LockSnapshot, b: LockSnapshot): LockSnapshot {
  const both = [a, b];
  const outcomes = { ...a.outcomes };
  for (const outcome of Object.keys(outcomes) as (keyof typeof outcomes)[]) outcomes[outcome] += b.outcomes[outcome];
  return {
    name: a.name,
    backend: a.backend,
    held: a.held + b.held,
    queueDepth: a.queueDepth + b.queueDepth,
    queueDepthMax: Math.max(a.queueDepthMax, b.queueDepthMax),
    holderAgeSeconds: Math.max(a.holderAgeSeconds, b.holderAgeSeconds),
    waiterAgeSeconds: Math.max(a.waiterAgeSeconds, b.waiterAgeSeconds),
    heldTimeSeconds: a.heldTimeSeconds + b.heldTimeSeconds,
    queuedTimeSeconds: a.queuedTimeSeconds + b.queuedTimeSeconds,
    outcomes,
    contended: a.contended + b.contended,
    abandoned: a.abandoned + b.abandoned,
    leaseLost: a.leaseLost + b.leaseLost,
    wait: histogram(a.wait, b.wait),
    hold: histogram(a.hold, b.hold),
    // A holder that a process awaits is in its own process's snapshot as well.
    holders: both.flatMap(({ holders }) => holders.filter((holder) => holder.process === null)),
  };
}

function histogram(a: HistogramSnapshot, b: HistogramSnapshot): HistogramSnapshot {
  const buckets = a.buckets.map((count, i) => count + b.buckets[i]!);
  const count = a.count + b.count;
  const quantile = (q: number): number | null => (count === 0 ? null : bucketQuantile(q, buckets));
  return {
    count,
    sumSeconds: a.sumSeconds + b.sumSeconds,
    p50Seconds: quantile(0.5),
    p99Seconds: quantile(0.99),
    buckets,
  };
}

function sum<T>(all: readonly T[], number: (one: T) => number): number {
  return all.reduce((so, one) => so + number(one), 0);
}
