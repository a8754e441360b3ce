/**
 * The metrics a dashboard can ask for, each with the labels it has. Their names come from the package, so a panel cannot ask
 * for one that does not exist.
 *
 * Invariant: a metric's labels follow from its scope: only those of scope `lock` have a lock's name.
 */
import { LABELS, METRIC_PREFIX, METRICS } from '../../src/telemetry/names.js';

export type Metric = keyof typeof METRICS;
type OfType<T> = { [M in Metric]: (typeof METRICS)[M]['type'] extends T ? M : never }[Metric];

export type Counter = OfType<'counter'>;
export type Gauge = OfType<'gauge'>;
export type Histogram = OfType<'histogram'>;

/**
 * Gauges of each process that others make: prom-client's default metrics, because a blocked event loop looks like a slow
 * lock, and Prometheus itself, because metrics have a price.
 */
export type Foreign = 'nodejs_eventloop_lag_p99_seconds' | 'scrape_samples_scraped' | 'scrape_duration_seconds';

/** Prometheus puts these on everything it scrapes. */
export type TargetLabel = 'job' | 'instance';

/** The labels that make one lock: a name may live in two backends. */
export const BY_LOCK = [LABELS.name, LABELS.backend] as const;

interface ScopeLabels {
  process: TargetLabel;
  backend: TargetLabel | typeof LABELS.backend;
  lock: TargetLabel | (typeof BY_LOCK)[number];
}

interface OwnLabels {
  acquisitions: typeof LABELS.outcome;
  leaseRenewals: typeof LABELS.result;
  backendDuration: typeof LABELS.operation | typeof LABELS.result;
  forcedReleases: typeof LABELS.reason;
}

/** The labels of a metric's series, `le` not counted. */
export type LabelOf<M extends Metric> =
  | ScopeLabels[(typeof METRICS)[M]['scope']]
  | (M extends keyof OwnLabels ? OwnLabels[M] : never);

/** The full name of a metric, as Prometheus has it. */
export function metricName(metric: Metric): string {
  return METRIC_PREFIX + METRICS[metric].name;
}
