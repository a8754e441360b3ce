/**
 * Medians, not means: one collection of garbage in one sample must not decide a comparison.
 */

/** The `q` quantile (0 to 1) of some samples, between neighbours linearly. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  return below + (above - below) * (position - Math.floor(position));
}

/** The middle of some samples. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/**
 * How many times dearer `samples` are than `base`: the median of the ratios round by round. Both members of a pair were
 * taken within the same second or so, hence a machine that slows down for a while moves both and not their ratio.
 */
export function ratio(samples: readonly number[], base: readonly number[]): number {
  const pairs = Math.min(samples.length, base.length);
  return median(samples.slice(0, pairs).map((sample, round) => sample / base[round]!));
}
