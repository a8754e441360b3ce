/**
 * Views for OpenTelemetry's own Prometheus exporter, which adds `_total` to a name but never the unit: with them its page has
 * the names that `collectLockMetrics()` gives, and one dashboard fits both.
 */
import { METRIC_KEYS, METRIC_PREFIX, METRICS, SCOPE } from '../names.js';

/** One of `MeterProvider`'s `views`. */
export interface PrometheusView {
  /** The meter that it is about. */
  meterName: string;
  /** The instrument that it is about. */
  instrumentName: string;
  /** What the instrument is called instead. */
  name: string;
}

/**
 * One view for each instrument of `instrumentLocks()`. For exporters of other kinds, OTLP above all, leave them out: there
 * the receiver adds the unit.
 *
 * @example
 * new MeterProvider({ readers: [new PrometheusExporter({ withoutScopeInfo: true })], views: lockmeterPrometheusViews });
 */
export const lockmeterPrometheusViews: PrometheusView[] = METRIC_KEYS.map((key) => ({
  meterName: SCOPE,
  instrumentName: METRICS[key].otel,
  name: METRIC_PREFIX + METRICS[key].name,
}));
