/**
 * Samples of two ways out of a process, compared.
 */

/** `name{sorted labels}` → value. */
export type Samples = ReadonlyMap<string, number>;

/** Prometheus is told seconds in parts of 2^-20; half a part is what rounding may take or give. */
const ROUNDING = 2 ** -21;

/** The same samples, and the same values but for rounding. */
export function expectSame(samples: Samples, expected: Samples): void {
  expect([...samples.keys()].sort()).toEqual([...expected.keys()].sort());
  const different = [...expected].filter(([key, value]) => {
    const there = samples.get(key)!;
    return !(Math.abs(there - value) <= ROUNDING + 1e-12 * Math.abs(value));
  });
  expect(different.map(([key, value]) => [key, value, samples.get(key)])).toEqual([]);
}

/** Without the series of histograms that nothing was observed in: an instrument that was never used has none. */
export function withoutEmptyHistograms(samples: Samples): Samples {
  const seriesOf = (key: string): string =>
    key
      .replace(/_(bucket|sum|count)\{/, '{')
      .replace(/,?le="[^"]*"/, '')
      .replace('{,', '{');
  const empty = new Set<string>();
  for (const [key, value] of samples) if (value === 0 && key.includes('_count{')) empty.add(seriesOf(key));
  return new Map([...samples].filter(([key]) => !empty.has(seriesOf(key))));
}
