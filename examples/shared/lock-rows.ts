/**
 * What happened between two snapshots of all locks: the rows of the live table.
 *
 * Counters only grow, so their differences are the interval's; queue, held and holder age are those of the later snapshot.
 * That is how Prometheus gets its rates too, and why both show the same.
 */
import { bucketQuantile, type HistogramSnapshot, type LockSnapshot, type Snapshot } from 'lockmeter';

/** One lock over an interval. Times in seconds; `null` where there is nothing to tell. */
export interface LockRow {
  lock: string;
  held: number;
  queue: number;
  /** Share of the interval that it was held; over 1 when several of its keys were. */
  utilisation: number;
  /** Share of the attempts that had to wait. */
  contention: number | null;
  waitP50: number | null;
  waitP99: number | null;
  holdP99: number | null;
  /** How long the current holder has had it; `null` when it is free. */
  holderAge: number | null;
}

/**
 * @example
 * const before = locks.snapshot();
 * await seconds(5);
 * lockRows(before, locks.snapshot());
 */
export function lockRows(before: Snapshot, after: Snapshot): LockRow[] {
  const elapsed = (Date.parse(after.at) - Date.parse(before.at)) / 1e3;
  const earlier = new Map(before.locks.map((lock) => [lock.name, lock]));
  const rows = after.locks.map((lock) => rowOf(earlier.get(lock.name), lock, elapsed));
  return rows.sort((a, b) => a.lock.localeCompare(b.lock));
}

function rowOf(before: LockSnapshot | undefined, after: LockSnapshot, elapsed: number): LockRow {
  const attempts = attemptsOf(after) - (before === undefined ? 0 : attemptsOf(before));
  const contended = after.contended - (before?.contended ?? 0);
  const heldTime = after.heldTimeSeconds - (before?.heldTimeSeconds ?? 0);
  const wait = bucketsBetween(before?.wait, after.wait);
  return {
    lock: after.name,
    held: after.held,
    queue: after.queueDepth,
    utilisation: elapsed > 0 ? heldTime / elapsed : 0,
    contention: attempts > 0 ? contended / attempts : null,
    waitP50: quantile(0.5, wait),
    waitP99: quantile(0.99, wait),
    holdP99: quantile(0.99, bucketsBetween(before?.hold, after.hold)),
    holderAge: after.held > 0 ? after.holderAgeSeconds : null,
  };
}

function attemptsOf({ outcomes }: LockSnapshot): number {
  return Object.values(outcomes).reduce((sum, count) => sum + count, 0);
}

function bucketsBetween(before: HistogramSnapshot | undefined, after: HistogramSnapshot): number[] {
  return after.buckets.map((count, i) => count - (before?.buckets[i] ?? 0));
}

function quantile(q: number, buckets: number[]): number | null {
  const value = bucketQuantile(q, buckets);
  return Number.isNaN(value) ? null : value;
}
