/**
 * Which traces are kept, and which of them is the slowest.
 */
import { RecentTraces } from '../../examples/shared/recent-traces.js';
import { HOLDER, span, WAITER } from './span-records.js';

function tracesOf(...records: { spans: readonly ReturnType<typeof span>[] }[]): RecentTraces {
  const traces = new RecentTraces();
  for (const { spans } of records) for (const each of spans) traces.add(each);
  return traces;
}

test('the slowest is the one that waited longest, not the one that kept it waiting', () => {
  const longer = { spans: [span('c', 'c-root', 'POST /report', [0, 6_000])] };
  expect(tracesOf(longer, HOLDER, WAITER).slowest(6_000)?.traceId).toBe(WAITER.traceId);
});

test('when nobody waited, it is the one that took longest', () => {
  const short = { spans: [span('c', 'c-root', 'POST /', [0, 10])] };
  expect(tracesOf(short, HOLDER).slowest(6_000)?.traceId).toBe(HOLDER.traceId);
});

test('what ended more than a minute ago, or has not ended, is not recent', () => {
  expect(tracesOf(WAITER).slowest(66_000)?.traceId).toBe(WAITER.traceId);
  expect(tracesOf(WAITER).slowest(66_001)).toBeUndefined();
  expect(tracesOf({ spans: WAITER.spans.slice(0, 3) }).slowest(6_000)).toBeUndefined();
});

test('memory is bounded: the oldest trace goes, and a trace has a limit of spans', () => {
  const traces = tracesOf(HOLDER);
  for (let i = 0; i < 4_000; i++) traces.add(span(`t${i}`, 's', 'POST /', [0, 1]));
  expect(traces.trace(HOLDER.spans[0]!)).toBeUndefined();
  expect(traces.trace({ traceId: 't0', spanId: 's' })?.spans).toHaveLength(1);
  for (let i = 0; i < 100; i++) traces.add(span('t0', `s${i}`, 'lock.hold a', [0, 1], { parentId: 's' }));
  expect(traces.trace({ traceId: 't0', spanId: 's' })?.spans).toHaveLength(64);
});
