/** The dashboard asks Prometheus only what it can answer: valid PromQL over metrics that exist, narrowed by what is chosen. */
import { queries } from './overview.js';
import { badRates, EXPORTED, selected, syntaxErrors, unknownMetrics } from './promql.js';

const CHOSEN = ['job=~"$job"', 'instance=~"$instance"', 'lock_name=~"$lock"', 'lock_backend=~"$backend"'];

test('there are queries to look at', () => {
  expect(queries.length).toBeGreaterThan(20);
  for (const [, query] of queries) expect(selected(query).length).toBeGreaterThan(0);
});

test.each(queries)('%s is valid PromQL', (_where, query) => {
  expect(syntaxErrors(query)).toEqual([]);
});

test.each(queries)('%s reads only metrics that are exported', (_where, query) => {
  expect(unknownMetrics(query)).toEqual([]);
});

test.each(queries)(
  '%s reads counters and buckets through a rate over $__rate_interval, and nothing else',
  (_w, query) => {
    expect(badRates(query)).toEqual([]);
  },
);

test.each(queries)('%s is narrowed by every variable, in every selector', (_where, query) => {
  for (const { matchers } of selected(query)) expect(matchers).toEqual(expect.arrayContaining(CHOSEN));
});

test.each(EXPORTED)('$full is on a panel', ({ series }) => {
  const read = new Set(queries.flatMap(([, query]) => selected(query).map(({ metric }) => metric)));
  expect(series.filter((name) => read.has(name))).not.toEqual([]);
});

describe('the checks themselves', () => {
  const selector = '{job=~"$job"}';

  test.each([
    'sum by (le (rate(a_total[5m]))',
    'rate(a_total[$__rate_interval)',
    'sum(a_total{job=~"$job})',
    'sum(a) sum(b)',
    'topk($unknown, a)',
  ])('syntaxErrors catches %s', (query) => {
    expect(syntaxErrors(query)).not.toEqual([]);
  });

  test('unknownMetrics catches a metric that does not exist, and a bucket of what is no histogram', () => {
    expect(unknownMetrics(`sum(lockmeter_permits${selector})`)).toEqual(['lockmeter_permits']);
    expect(unknownMetrics('rate(lockmeter_wait_duration_seconds[5m])')).toEqual(['lockmeter_wait_duration_seconds']);
    expect(unknownMetrics('lockmeter_locked_bucket / lockmeter_locked')).toEqual(['lockmeter_locked_bucket']);
  });

  test.each([
    `sum(lockmeter_acquisitions_total${selector})`,
    `rate(lockmeter_acquisitions_total${selector}[5m])`,
    `histogram_quantile(0.9, lockmeter_wait_duration_seconds_bucket${selector})`,
    `max_over_time(lockmeter_acquisitions_total${selector}[$__rate_interval])`,
    `rate(lockmeter_locked${selector}[$__rate_interval])`,
  ])('badRates catches %s', (query) => {
    expect(badRates(query)).toHaveLength(1);
  });

  test('selected reads names, matchers, functions and ranges', () => {
    expect(selected(`topk($top, rate(a_total${selector}[$__rate_interval]) / b)`)).toEqual([
      { metric: 'a_total', matchers: ['job=~"$job"'], over: 'rate', range: '$__rate_interval' },
      { metric: 'b', matchers: [], over: undefined, range: undefined },
    ]);
  });
});
