/**
 * The PromQL of the dashboard, made of the metric names the package exports: a panel cannot ask for a metric that does not
 * exist, nor for a counter without a rate.
 *
 * Invariants: every selector carries the matchers of all the variables; every rate uses `$__rate_interval`, which Grafana
 * keeps at four scrapes or more; counters and buckets are reachable through rates only.
 */
import type { Outcome } from '../../src/stats.js';
import { LABELS, METRIC_PREFIX, METRICS } from '../../src/telemetry/names.js';

type Metric = keyof typeof METRICS;
type OfType<T> = { [M in Metric]: (typeof METRICS)[M]['type'] extends T ? M : never }[Metric];

export type Counter = OfType<'counter'>;
export type Gauge = OfType<'gauge'>;
export type Histogram = OfType<'histogram'>;

/** The labels that make a row of the table: one name may live in two backends. */
export const BY_LOCK = [LABELS.name, LABELS.backend] as const;

/** Outcomes in which the caller wanted the lock and did not get it. `aborted` and `busy` are the caller's own choice. */
export const FAILED = ['timeout', 'rejected', 'error'] as const satisfies readonly Outcome[];

const INSTANCE_MATCHERS = ['job=~"$job"', 'instance=~"$instance"'];
const LOCK_MATCHERS = [`${LABELS.name}=~"$lock"`, `${LABELS.backend}=~"$backend"`];

/** The full name of a metric, as Prometheus has it. */
export function metricName(metric: Metric): string {
  return METRIC_PREFIX + METRICS[metric].name;
}

/** The series of a metric on the chosen instances, any lock: what the variables themselves are looked up in. */
export function onInstances(metric: Metric): string {
  return `${metricName(metric)}{${INSTANCE_MATCHERS.join(',')}}`;
}

export function gauge(metric: Gauge): string {
  return selector(metricName(metric));
}

export function rate(metric: Counter, ...matchers: string[]): string {
  return overInterval('rate', metricName(metric), matchers);
}

/** Observations per second (`count`), or seconds observed per second (`sum`). */
export function histogramRate(metric: Histogram, part: 'count' | 'sum'): string {
  return overInterval('rate', `${metricName(metric)}_${part}`);
}

/** Observations per bucket and interval, for a heatmap. */
export function bucketIncrease(metric: Histogram): string {
  return sum(overInterval('increase', `${metricName(metric)}_bucket`), 'le');
}

/** `NaN` while nothing is observed: Prometheus divides by no observations. */
export function quantile(q: number, metric: Histogram, ...by: string[]): string {
  return `histogram_quantile(${q}, ${sum(overInterval('rate', `${metricName(metric)}_bucket`), ...by, 'le')})`;
}

export function sum(expr: string, ...by: string[]): string {
  return aggregate('sum', expr, by);
}

export function max(expr: string, ...by: string[]): string {
  return aggregate('max', expr, by);
}

/** No value, rather than `NaN`, where the divisor is 0. */
export function ratio(dividend: string, divisor: string): string {
  return `${dividend} / (${divisor} > 0)`;
}

export function outcomeIs(outcomes: readonly Outcome[]): string {
  return `${LABELS.outcome}=~"${outcomes.join('|')}"`;
}

/** Seconds lost waiting per second, which is also the mean number of callers that wait. */
export function timeLost(...by: string[]): string {
  return sum(rate('queuedTime'), ...by);
}

/**
 * The share of time a lock was held, in the process that held it most: a lock in memory is one lock per process, so adding
 * processes up would say nothing about any of them. Above 1 where a name has keys that are held at the same time.
 */
export function utilisation(...by: string[]): string {
  return max(rate('heldTime'), ...by);
}

export function contention(...by: string[]): string {
  return ratio(sum(rate('contended'), ...by), sum(rate('acquisitions'), ...by));
}

/** Only locks somebody waited for: ties at 0 would be broken differently by each query of a table. */
export function topByTimeLost(): string {
  return `topk($top, ${timeLost(...BY_LOCK)} > 0)`;
}

/** The values of `expr`, grouped by {@link BY_LOCK}, for the locks of {@link topByTimeLost}. */
export function amongTop(expr: string): string {
  return `${expr} and on (${BY_LOCK.join(', ')}) ${topByTimeLost()}`;
}

function selector(name: string, matchers: readonly string[] = []): string {
  return `${name}{${[...INSTANCE_MATCHERS, ...LOCK_MATCHERS, ...matchers].join(',')}}`;
}

function overInterval(fn: 'rate' | 'increase', name: string, matchers: readonly string[] = []): string {
  return `${fn}(${selector(name, matchers)}[$__rate_interval])`;
}

function aggregate(operator: string, expr: string, by: readonly string[]): string {
  return by.length === 0 ? `${operator}(${expr})` : `${operator} by (${by.join(', ')}) (${expr})`;
}
