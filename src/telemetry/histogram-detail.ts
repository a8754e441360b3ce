/**
 * How finely histograms are exported. The lock always counts on the full bounds; fewer buckets are folded from them when
 * somebody reads, so that the choice costs the lock nothing and two exporters may choose differently.
 *
 * Invariant: the coarse bounds are a subset of the full ones, so a folded count is exact, not estimated.
 */
import { BUCKET_BOUNDS_SECONDS, type Exemplar, type Histogram } from '../histogram.js';
import { show } from '../options.js';

/**
 * How finely histograms are exported. `'full'`: on 18 bounds, from 10 µs to 60 s. `'coarse'`: on 7 of them, for many names.
 * `'off'`: no histograms.
 *
 * @example
 * const histograms: HistogramDetail = 'coarse';
 */
export type HistogramDetail = 'full' | 'coarse' | 'off';

/** The details that leave a histogram to export. */
export type BucketDetail = Exclude<HistogramDetail, 'off'>;

const COARSE_BOUNDS_SECONDS: readonly number[] = Object.freeze([0.0001, 0.001, 0.01, 0.1, 1, 10, 60]);

/** By full cell, the coarse cell that it is part of: the first whose upper bound is not below its own. */
const COARSE_CELLS: readonly number[] = [...BUCKET_BOUNDS_SECONDS, Infinity].map((upper) =>
  [...COARSE_BOUNDS_SECONDS, Infinity].findIndex((coarse) => upper <= coarse),
);

/** Refuses what is not a {@link HistogramDetail}. */
export function checkHistogramDetail(detail: unknown, option = 'histograms'): asserts detail is HistogramDetail {
  if (detail === 'full' || detail === 'coarse' || detail === 'off') return;
  throw new TypeError(`${option} must be 'full', 'coarse' or 'off', got ${show(detail)}`);
}

/** The upper bounds, in seconds, without the last, which is infinite. */
export function boundsOf(detail: BucketDetail): readonly number[] {
  return detail === 'full' ? BUCKET_BOUNDS_SECONDS : COARSE_BOUNDS_SECONDS;
}

/**
 * The observations of each bucket, not cumulative: one for each of {@link boundsOf} and one for what is above. With `'full'`
 * it is the histogram's own array, which goes on counting: copy what is to be kept.
 */
export function foldedCounts({ counts }: Histogram, detail: BucketDetail): ArrayLike<number> {
  if (detail === 'full') return counts;
  const folded = new Float64Array(COARSE_BOUNDS_SECONDS.length + 1);
  for (let cell = 0; cell < counts.length; cell++) folded[COARSE_CELLS[cell]!]! += counts[cell]!;
  return folded;
}

/**
 * @internal The newest exemplar of each bucket, aligned with {@link foldedCounts}; `undefined` when no bucket has one.
 */
export function foldedExemplars(
  { exemplars }: Histogram,
  detail: BucketDetail,
): ArrayLike<Exemplar | undefined> | undefined {
  if (detail === 'full' || exemplars === undefined) return exemplars;
  const folded = new Array<Exemplar | undefined>(COARSE_BOUNDS_SECONDS.length + 1).fill(undefined);
  exemplars.forEach((exemplar, cell) => {
    if (exemplar === undefined) return;
    const newest = folded[COARSE_CELLS[cell]!];
    // A later cell wins a tie, so that the slower of two observations of one moment is shown.
    if (newest === undefined || exemplar.at >= newest.at) folded[COARSE_CELLS[cell]!] = exemplar;
  });
  return folded;
}
