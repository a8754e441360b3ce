/**
 * Fewer buckets are exact: every observation is in the coarse bucket that its own value belongs to, whatever the value.
 */
import fc from 'fast-check';
import { BUCKET_BOUNDS_SECONDS } from 'lockmeter';
import { Histogram } from '../../src/histogram.js';
import { boundsOf, checkHistogramDetail, foldedCounts, foldedExemplars } from '../../src/telemetry/histogram-detail.js';

const COARSE = [0.0001, 0.001, 0.01, 0.1, 1, 10, 60];
const milliseconds = fc.oneof(
  fc.double({ min: 0, max: 100_000, noNaN: true }),
  fc.constantFrom(...[...BUCKET_BOUNDS_SECONDS, ...COARSE].map((bound) => Math.round(bound * 1e5) / 100)),
);

/** In which bucket `ms` belongs, found the slow way. */
const bucketOf = (ms: number, bounds: readonly number[]): number =>
  bounds.filter((bound) => ms > Math.round(bound * 1e5) / 100).length;

test('the bounds are the documented ones, and the coarse ones are among the full', () => {
  expect(boundsOf('full')).toBe(BUCKET_BOUNDS_SECONDS);
  expect(boundsOf('coarse')).toEqual(COARSE);
  expect(COARSE.filter((bound) => !BUCKET_BOUNDS_SECONDS.includes(bound))).toEqual([]);
});

test.each(['full', 'coarse'] as const)('%s: each observation is counted once, in the bucket of its value', (detail) => {
  fc.assert(
    fc.property(fc.array(milliseconds, { maxLength: 50 }), (values) => {
      const histogram = new Histogram();
      const expected = new Array<number>(boundsOf(detail).length + 1).fill(0);
      for (const ms of values) {
        histogram.observe(ms);
        expected[bucketOf(ms, boundsOf(detail))]!++;
      }
      expect(Array.from(foldedCounts(histogram, detail))).toEqual(expected);
    }),
  );
});

test('reading does not change what was counted', () => {
  const histogram = new Histogram();
  for (const ms of [0, 3, 70_000]) histogram.observe(ms);
  const before = Array.from(histogram.counts);
  foldedCounts(histogram, 'coarse');
  foldedCounts(histogram, 'coarse');
  expect(Array.from(histogram.counts)).toEqual(before);
});

test('a coarse bucket shows the newest exemplar of those it is folded from', () => {
  const histogram = new Histogram();
  expect(foldedExemplars(histogram, 'coarse')).toBeUndefined();
  const marks = [
    { value: 2, at: 30 },
    { value: 4, at: 50 },
    { value: 8, at: 40 },
    { value: 20_000, at: 10 },
    { value: 70_000, at: 10 },
  ].map((mark, i) => ({ ...mark, traceId: `trace-${i}`, spanId: `span-${i}` }));
  for (const mark of marks) histogram.mark(mark);
  const traces = Array.from(foldedExemplars(histogram, 'coarse')!, (exemplar) => exemplar?.traceId);
  const expected = new Array<string | undefined>(COARSE.length + 1).fill(undefined);
  expected[COARSE.indexOf(0.01)] = 'trace-1';
  expected[COARSE.indexOf(60)] = 'trace-3';
  expected[COARSE.length] = 'trace-4';
  expect(traces).toEqual(expected);
  expect(foldedExemplars(histogram, 'full')).toBe(histogram.exemplars);
});

test.each(['full', 'coarse', 'off'])('%p is a detail', (detail) => {
  expect(() => checkHistogramDetail(detail)).not.toThrow();
});

test('what is none is refused by name', () => {
  expect(() => checkHistogramDetail('fine')).toThrow(
    new TypeError(`histograms must be 'full', 'coarse' or 'off', got "fine"`),
  );
  expect(() => checkHistogramDetail(undefined)).toThrow(TypeError);
});
