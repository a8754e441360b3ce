/**
 * The cells of a heatmap, from Prometheus' cumulative buckets.
 *
 * Invariant: a cell holds what fell between its bucket's bound and the one below; where rounding makes that negative, it
 * is 0.
 */
import { seriesOf, type TargetResult } from './dashboard-json.js';
import { onAxis, type TimeAxis } from './time-axis.js';

/** The bucket of one row of cells. */
export interface BucketRow {
  /** Upper bound; infinite for the last. */
  readonly le: number;
  /** One for each time; `null` where the query has no value. */
  readonly counts: readonly (number | null)[];
}

/**
 * Rows from the lowest bucket to the highest.
 *
 * @example
 * bucketRows(results, axis).map(({ le }) => le); // [0.001, 0.01, Infinity]
 */
export function bucketRows(results: readonly TargetResult[], axis: TimeAxis): BucketRow[] {
  const cumulative = results
    .flatMap(seriesOf)
    .map(({ metric, values = [] }) => ({ le: bound(metric.le ?? ''), counts: onAxis(axis, values) }))
    .sort((a, b) => (a.le < b.le ? -1 : 1));
  return cumulative.map(({ le, counts }, i) => {
    const below = cumulative[i - 1]?.counts;
    return {
      le,
      counts: counts.map((count, at) => (count === null ? null : Math.max(0, count - (below?.[at] ?? 0)))),
    };
  });
}

function bound(le: string): number {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
}
