/**
 * A histogram on the exact bounds that are exported: no estimation error is added between the lock and Prometheus.
 *
 * Invariant: the sum of `counts` is the number of observations; `counts[i]` holds the values `bound[i-1] < v <= bound[i]`
 * (Prometheus' `le`), and the last cell everything above the last bound.
 */

/** Upper bounds, in seconds, of every wait and hold histogram. The first isolates attempts that did not wait. */
export const BUCKET_BOUNDS_SECONDS: readonly number[] = Object.freeze([
  0.00001, 0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
]);

const BOUNDS_MS = Float64Array.from([
  0.01, 0.1, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000,
]);
const FIRST_BOUND_MS = 0.01;

/** One observation of many, with the trace in which it was made. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
  /** Milliseconds. */
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * Durations, counted by the buckets of {@link BUCKET_BOUNDS_SECONDS}.
 *
 * @example
 * const mean = histogram.sum / histogram.count; // ms
 */
export class Histogram {
  /** Observations by bucket, the last cell for what lies above. */
  readonly counts: Float64Array = new Float64Array(BOUNDS_MS.length + 1);
  /** Milliseconds. */
  sum = 0;
  /** @internal By cell, the last observation that was made in a sampled trace; none until there was one. */
  exemplars: (Exemplar | undefined)[] | undefined = undefined;
  /** @internal Whoever needs each observation itself, in milliseconds. It must not throw, and must not touch a lock. */
  tap: ((ms: number) => void) | undefined = undefined;

  /** Counts one. */
  observe(ms: number): void {
    this.sum += ms;
    this.counts[ms <= FIRST_BOUND_MS ? 0 : cellOf(ms)]!++;
    if (this.tap !== undefined) this.tap(ms);
  }

  /** @internal An observation of 0. */
  observeNothing(): void {
    this.counts[0]!++;
    if (this.tap !== undefined) this.tap(0);
  }

  /** @internal Remembers which trace an observation belongs to, in place of what its bucket remembered. */
  mark(exemplar: Exemplar): void {
    this.exemplars ??= new Array(this.counts.length).fill(undefined);
    this.exemplars[cellOf(exemplar.value)] = exemplar;
  }

  get count(): number {
    let count = 0;
    for (const cell of this.counts) count += cell;
    return count;
  }
}

/** The cell of the bucket that `ms` falls into. */
function cellOf(ms: number): number {
  let cell = 0;
  while (cell < BOUNDS_MS.length && ms > BOUNDS_MS[cell]!) cell++;
  return cell;
}

/**
 * The value, in seconds, below which the share `q` of the observations lies, interpolated inside its bucket as
 * PromQL's `histogram_quantile` does. `counts` is aligned with {@link BUCKET_BOUNDS_SECONDS} plus one overflow cell.
 * `NaN` when nothing was observed; the highest bound when the quantile lies above it.
 *
 * @example
 * const [lock] = locks.snapshot().locks;
 * bucketQuantile(0.99, lock.wait.buckets); // 0.042
 */
export function bucketQuantile(q: number, counts: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i]!;
  if (total === 0) return Number.NaN;
  const rank = q * total;
  let below = 0;
  for (let i = 0; i < BUCKET_BOUNDS_SECONDS.length; i++) {
    const inside = counts[i]!;
    if (below + inside >= rank && inside > 0) {
      const lower = i === 0 ? 0 : BUCKET_BOUNDS_SECONDS[i - 1]!;
      const upper = BUCKET_BOUNDS_SECONDS[i]!;
      return lower + (upper - lower) * Math.max(0, (rank - below) / inside);
    }
    below += inside;
  }
  return BUCKET_BOUNDS_SECONDS[BUCKET_BOUNDS_SECONDS.length - 1]!;
}
