/**
 * `lockmeter/prometheus`: the numbers of all locks on a prom-client registry.
 */
import { register as defaultRegistry, type Metric, type Registry } from 'prom-client';
import { locks } from '../default-manager.js';
import type { LockManager } from '../lock-manager.js';
import { checkManager, checkOptions, show } from '../options.js';
import { LockReadings } from './lock-readings.js';
import { METRIC_KEYS, METRIC_PREFIX, METRICS } from './names.js';
import { PrometheusMetric } from './prometheus-metric.js';

/** The options of {@link collectLockMetrics}. */
export interface LockMetricsOptions {
  /** The registry to put the metrics on. Default: prom-client's global `register`. */
  register?: Registry;
  /** What every metric name begins with. Default: `'lockmeter_'`; the dashboards expect it. */
  prefix?: string;
  /** Whose numbers. Default: the process's, which all locks share unless told otherwise. */
  manager?: LockManager;
}

const METRIC_NAME_START = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/**
 * Puts the metrics of all locks on a registry, as `collectDefaultMetrics()` does with the process's. They are read when the
 * registry is scraped and cost the locks nothing. Calling it again with the same registry changes nothing.
 *
 * @throws TypeError when an option is not what it should be. Error when the registry has metrics of these names already
 * which are not these: give another `prefix`.
 * @example
 * import { register } from 'prom-client';
 * collectLockMetrics();
 * app.get('/metrics', async (_request, response) => {
 *   response.type(register.contentType).send(await register.metrics());
 * });
 */
export function collectLockMetrics(options: LockMetricsOptions = {}): void {
  checkOptions(options);
  const { register = defaultRegistry, prefix = METRIC_PREFIX, manager = locks } = options;
  if (typeof prefix !== 'string' || !METRIC_NAME_START.test(prefix)) {
    throw new TypeError(
      `prefix must be letters, digits and underscores, not starting with a digit, got ${show(prefix)}`,
    );
  }
  checkManager(manager);
  if (typeof register?.registerMetric !== 'function') {
    throw new TypeError(`register must be a prom-client Registry, got ${show(register)}`);
  }
  const readings = new LockReadings(manager.stats);
  const metrics = METRIC_KEYS.map((key) => new PrometheusMetric(prefix + METRICS[key].name, key, readings));
  const missing = metrics.filter((metric) => !isThere(register, metric));
  for (const metric of missing) register.registerMetric(metric as unknown as Metric);
}

/** Whether the registry has this very metric, of the same numbers. */
function isThere(register: Registry, metric: PrometheusMetric): boolean {
  const there = register.getSingleMetric(metric.name) as Partial<PrometheusMetric> | undefined;
  if (there === undefined) return false;
  if (there.readings?.registry === metric.readings.registry) return true;
  throw new Error(
    `The registry has another metric called ${metric.name}: give collectLockMetrics() a prefix of its own`,
  );
}
