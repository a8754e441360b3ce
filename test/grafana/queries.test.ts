/** The queries as text: every metric is somewhere, and what would silently yield nothing does not compile. */
import { sum } from '../../grafana/src/expressions.js';
import { Queries } from '../../grafana/src/queries.js';
import { LABELS } from '../../src/telemetry/names.js';
import { dashboards, queriesOf } from './dashboards.js';
import { EXPORTED, exportedAs, filledIn, selected, syntaxErrors } from './promql.js';

const queries = dashboards.flatMap(([, dashboard]) => queriesOf(dashboard));
const JOB = '{job=~"$job"}';

test('there are queries to look at, and each reads something', () => {
  expect(queries.length).toBeGreaterThan(70);
  for (const [, query] of queries) expect(selected(query)).not.toEqual([]);
});

test.each(EXPORTED)('$full is on a panel', ({ series }) => {
  const read = new Set(queries.flatMap(([, query]) => selected(query).map(({ metric }) => metric)));
  expect(series.filter((name) => read.has(name))).not.toEqual([]);
});

test('series can be grouped and narrowed only by labels they have', () => {
  const q = new Queries('many');
  const wrong = [
    // @ts-expect-error attempts have an outcome, leases that were lost have not
    sum(q.rate('leaseLost'), LABELS.outcome),
    // @ts-expect-error a round trip belongs to no lock
    q.quantile(0.99, 'backendDuration', LABELS.name),
    // @ts-expect-error a deadlock belongs to a process
    sum(q.rate('deadlocks'), LABELS.backend),
    // @ts-expect-error a gauge has no rate
    q.rate('locked'),
    // @ts-expect-error what is gone after the sum cannot be grouped by
    sum(sum(q.rate('heldTime'), LABELS.name), LABELS.backend),
  ];
  expect(wrong).toHaveLength(5);
  expect(sum(q.rate('leaseRenewals'), LABELS.result)).toMatch(/^sum by \(lock_result\) \(rate\(/);
});

describe('the reading of queries', () => {
  test('names, matchers, functions and ranges', () => {
    expect(selected(`topk($top, rate(a_total${JOB}[$__rate_interval]) / b)`)).toEqual([
      { metric: 'a_total', matchers: ['job=~"$job"'], over: 'rate', range: '$__rate_interval' },
      { metric: 'b', matchers: [], over: undefined, range: undefined },
    ]);
  });

  test('the metric of a series', () => {
    expect(exportedAs('lockmeter_wait_duration_seconds_bucket')).toMatchObject({ otel: 'lockmeter.wait.duration' });
    expect(exportedAs('lockmeter_wait_duration_seconds')).toBeUndefined();
    expect(exportedAs('lockmeter_locked_bucket')).toBeUndefined();
  });

  test('variables are filled in as values', () => {
    const query = 'topk($top, a{x=~"$lock",y=~"$instance|",z="$lock"}[$__rate_interval])';
    expect(filledIn(query, { lock: 'inventory' })).toBe('topk(5, a{x=~"inventory",y=~".+|",z="inventory"}[5m])');
    expect(syntaxErrors('topk(5, a)')).toEqual([]);
  });
});
