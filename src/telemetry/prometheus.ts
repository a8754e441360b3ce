/**
 * `lockmeter/prometheus`: the numbers of all locks on a registry of prom-client or its successor.
 */
import { locks } from '../default-manager.js';
import type { LockManager } from '../lock-manager.js';
import { checkManager, checkOptions, show } from '../options.js';
import { checkHistogramDetail, type HistogramDetail } from './histogram-detail.js';
import { LockReadings } from './lock-readings.js';
import { isHistogram } from './metric-points.js';
import { METRIC_KEYS, METRIC_PREFIX, METRICS } from './names.js';
import { globalRegister } from './prometheus/prometheus-client.cjs';
import { type MetricSource, PrometheusMetric } from './prometheus/prometheus-metric.js';

export type { HistogramDetail } from './histogram-detail.js';

/**
 * What is needed of a registry: a `Registry` of `prom-client` 15 or `@prometheus-io/client` 0.16, or anything that renders
 * the metrics it is given as they do.
 *
 * @example
 * const register: MetricRegistry = new Registry();
 */
export interface MetricRegistry {
  registerMetric(metric: object): void;
  getSingleMetric(name: string): unknown;
}

/** The options of {@link collectLockMetrics}. */
export interface LockMetricsOptions {
  /**
   * The registry to put the metrics on. Default: the global `register` of `prom-client`, or that of `@prometheus-io/client`
   * where `prom-client` is not installed. An application that has both should say which.
   */
  register?: MetricRegistry;
  /** What every metric name begins with. Default: `'lockmeter_'`; the dashboards expect it. */
  prefix?: string;
  /** Whose numbers. Default: the process's, which all locks share unless told otherwise. */
  manager?: LockManager;
  /**
   * How finely histograms are exported: on 18 bounds (`'full'`, the default), on 7 of them (`'coarse'`), or not at all
   * (`'off'`). The counters and gauges are there in any case.
   */
  histograms?: HistogramDetail;
}

/** Without colons, which are for recording rules. */
const METRIC_NAME_START = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Puts the metrics of all locks on a registry, as `collectDefaultMetrics()` does with the process's. They are read when the
 * registry is scraped and cost the locks nothing. Calling it again with the same options changes nothing; after
 * `register.clear()` it puts them there again.
 *
 * @throws TypeError when an option is not what it should be. Error when no `register` is given and no client is installed,
 * and when the registry has metrics of these names already which are not these (give another `prefix`) or are in another detail.
 * @example
 * import { register } from 'prom-client';
 * collectLockMetrics();
 * app.get('/metrics', async (_request, response) => {
 *   response.type(register.contentType).send(await register.metrics());
 * });
 */
export function collectLockMetrics(options: LockMetricsOptions = {}): void {
  checkOptions(options);
  const { prefix = METRIC_PREFIX, manager = locks, histograms = 'full' } = options;
  if (typeof prefix !== 'string' || !METRIC_NAME_START.test(prefix)) {
    throw new TypeError(
      `prefix must be letters, digits and underscores, not starting with a digit, got ${show(prefix)}`,
    );
  }
  checkManager(manager);
  checkHistogramDetail(histograms);
  const register = registryOf(options);
  const source = { readings: new LockReadings(manager.stats), histograms };
  const metrics = METRIC_KEYS.filter((key) => histograms !== 'off' || !isHistogram(key)).map(
    (key) => new PrometheusMetric(prefix + METRICS[key].name, key, source),
  );
  const missing = metrics.filter((metric) => !isThere(register, metric));
  for (const metric of missing) register.registerMetric(metric);
}

function registryOf({ register = globalRegister() as MetricRegistry }: LockMetricsOptions): MetricRegistry {
  const usable = typeof register?.registerMetric === 'function' && typeof register.getSingleMetric === 'function';
  if (usable) return register;
  throw new TypeError(`register must be a Registry of prom-client or @prometheus-io/client, got ${show(register)}`);
}

/** Whether the registry has this very metric, of the same numbers. Another copy of this package may have put it there. */
function isThere(register: MetricRegistry, { name, source }: PrometheusMetric): boolean {
  const there = register.getSingleMetric(name) as { readonly source?: Partial<MetricSource> } | undefined;
  if (there === undefined) return false;
  if (there.source?.readings?.registry !== source.readings.registry) {
    throw new Error(`The registry has another metric called ${name}: give collectLockMetrics() a prefix of its own`);
  }
  if (there.source.histograms === source.histograms) return true;
  throw new Error(
    `The registry has ${name} with histograms ${show(there.source.histograms)} already, got ${show(source.histograms)}: ask for the same, or clear the registry first`,
  );
}
