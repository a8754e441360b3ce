/**
 * Exact bounds: what the lock counts is what Prometheus would have counted, and quantiles are those of PromQL.
 */
import fc from 'fast-check';
import { BUCKET_BOUNDS_SECONDS, bucketQuantile } from 'lockmeter';
import { Histogram } from '../src/histogram.js';
import { sum } from './support/sum.js';

const filled = (cells: Record<number, number>): number[] => {
  const counts = new Array<number>(BUCKET_BOUNDS_SECONDS.length + 1).fill(0);
  for (const [cell, count] of Object.entries(cells)) counts[Number(cell)] = count;
  return counts;
};

test('the bounds ascend and cannot be changed', () => {
  for (let i = 1; i < BUCKET_BOUNDS_SECONDS.length; i++) {
    expect(BUCKET_BOUNDS_SECONDS[i]!).toBeGreaterThan(BUCKET_BOUNDS_SECONDS[i - 1]!);
  }
  expect(Object.isFrozen(BUCKET_BOUNDS_SECONDS)).toBe(true);
});

describe('le', () => {
  const boundsMs = [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1e3, 2.5e3, 5e3, 1e4, 3e4, 6e4];

  test('the exported bounds are those it counts by', () => {
    expect(boundsMs).toHaveLength(BUCKET_BOUNDS_SECONDS.length);
    boundsMs.forEach((ms, i) => {
      expect(ms / 1e3).toBeCloseTo(BUCKET_BOUNDS_SECONDS[i]!, 12);
    });
  });

  test.each(boundsMs.map((ms, cell) => [ms, cell]))(
    '%d ms belongs to bucket %d, a hair more to the next',
    (ms, cell) => {
      const histogram = new Histogram();
      histogram.observe(ms);
      histogram.observe(ms * (1 + 1e-12));
      expect([histogram.counts[cell], histogram.counts[cell + 1]]).toEqual([1, 1]);
      expect(histogram.count).toBe(2);
    },
  );

  test('0 is in the first, what is above the last bound in the last cell', () => {
    const histogram = new Histogram();
    histogram.observe(0);
    histogram.observeNothing();
    histogram.observe(1e9);
    expect(Array.from(histogram.counts)).toEqual(filled({ 0: 2, 18: 1 }));
    expect(histogram.sum).toBe(1e9);
  });

  test('any value is in the cell whose bounds enclose it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (ms) => {
        const histogram = new Histogram();
        histogram.observe(ms);
        const cell = histogram.counts.indexOf(1);
        expect(sum(histogram.counts)).toBe(1);
        expect(ms <= (boundsMs[cell] ?? Number.POSITIVE_INFINITY)).toBe(true);
        expect(ms > (boundsMs[cell - 1] ?? -1)).toBe(true);
      }),
    );
  });
});

describe('bucketQuantile()', () => {
  test('is NaN of nothing', () => {
    expect(bucketQuantile(0.5, filled({}))).toBeNaN();
  });

  test.each([
    // cells, q, expected: computed by hand from histogram_quantile's interpolation
    [{ 0: 100 }, 0.5, 0.000005],
    [{ 9: 10 }, 0.5, 0.05 + 0.05 * 0.5],
    [{ 9: 10 }, 1, 0.1],
    [{ 0: 90, 9: 10 }, 0.9, 0.00001],
    [{ 0: 90, 9: 10 }, 0.95, 0.05 + 0.05 * 0.5],
    [{ 0: 90, 9: 10 }, 0.99, 0.05 + 0.05 * 0.9],
    [{ 3: 1, 12: 3 }, 0.25, 0.001],
    [{ 3: 1, 12: 3 }, 0.5, 0.5 + 0.5 * (1 / 3)],
    [{ 18: 4 }, 0.5, 60],
    [{ 0: 50, 18: 50 }, 0.99, 60],
    [{ 0: 50, 18: 50 }, 0.5, 0.00001],
  ])('%j at %d is %d', (cells, q, expected) => {
    expect(bucketQuantile(q, filled(cells))).toBeCloseTo(expected, 10);
  });

  test('never falls as q rises, and stays within the bounds', () => {
    const counts = fc.array(fc.nat(50), { minLength: 19, maxLength: 19 }).filter((cells) => sum(cells) > 0);
    fc.assert(
      fc.property(counts, fc.double({ min: 0.001, max: 1, noNaN: true }), (cells, q) => {
        const value = bucketQuantile(q, cells);
        expect(value).toBeGreaterThanOrEqual(bucketQuantile(q / 2, cells) - 1e-12);
        expect(value).toBeLessThanOrEqual(60);
      }),
    );
  });
});
