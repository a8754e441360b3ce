/**
 * The front door to the numbers of all locks as a `MetricProducer` of the OpenTelemetry SDK: a reader asks for them, no
 * instrument is made, nothing is ever recorded, and the locks pay nothing.
 */
import { locks } from '../../default-manager.js';
import type { LockManager } from '../../lock-manager.js';
import { checkManager, checkOptions, show } from '../../options.js';
import { checkHistogramDetail, type HistogramDetail } from '../histogram-detail.js';
import { METRIC_PREFIX, METRICS, type MetricKey } from '../names.js';
import type { LockMetricProducer } from './metric-data.js';
import { produceMetrics } from './produced-metrics.js';

/** The options of {@link metricProducer}. */
export interface MetricProducerOptions {
  /** Whose numbers. Default: the process's, which all locks share unless told otherwise. */
  manager?: LockManager;
  /**
   * `'opentelemetry'` (the default): `lockmeter.wait.duration`, for OTLP. `'prometheus'`: `lockmeter_wait_duration_seconds`,
   * for `@opentelemetry/exporter-prometheus`, which does not add the unit.
   */
  names?: 'opentelemetry' | 'prometheus';
  /** How fine the histograms of wait and hold times are. Default: `'full'`, 18 bounds; `'coarse'`: 7; `'off'`: none. */
  histograms?: HistogramDetail;
}

/**
 * Makes a producer for `metricProducers` of a metric reader, of SDK 2 or 3 (which call this interface experimental). The
 * SDK's views do not apply to it, and its sums are cumulative whatever temporality the reader prefers. Times in seconds.
 *
 * @throws TypeError when an option is not what it should be.
 * @example
 * new PeriodicExportingMetricReader({ exporter, metricProducers: [metricProducer()] });
 * @example
 * new PrometheusExporter({ metricProducers: [metricProducer({ names: 'prometheus' })], withoutScopeInfo: true });
 */
export function metricProducer(options: MetricProducerOptions = {}): LockMetricProducer {
  checkOptions(options);
  const { manager = locks, names = 'opentelemetry', histograms = 'full' } = options;
  checkManager(manager);
  checkHistogramDetail(histograms);
  if (names !== 'opentelemetry' && names !== 'prometheus') {
    throw new TypeError(`names must be 'opentelemetry' or 'prometheus', got ${show(names)}`);
  }
  const nameOf = (key: MetricKey): string =>
    names === 'prometheus' ? METRIC_PREFIX + METRICS[key].name : METRICS[key].otel;
  return { collect: async () => produceMetrics(manager.stats, nameOf, histograms) };
}
