/**
 * `lockmeter/opentelemetry`: what can be set about spans, which are on without it.
 */
import { checkOptions, checkTimeout, show } from '../options.js';
import { processWide } from '../process-wide.js';
import { installTracing } from './tracing/install-tracing.js';
import { type SpanMode, TRACING_DEFAULTS } from './tracing/tracing-settings.js';

/** The options of {@link configureTracing}. */
export interface TracingOptions {
  /**
   * When spans are made, for a caller whose active span is recording:
   * - `'auto'` (the default): `lock.wait` for attempts that had to queue, `lock.hold` for every hold.
   * - `'always'`: `lock.wait` for attempts that did not queue, too.
   * - `'slow'`: only for waits of `minWaitSpan` and holds of `minHoldSpan` or more, and for waits that failed; made when they
   *   are over, so what the body does stays under the caller's span. Cheap even when every request is sampled.
   * - `'off'`: none.
   */
  spans?: SpanMode;
  /** Milliseconds. A wait that ends well before has no span. Default: 0; 100 when `spans` is `'slow'`. */
  minWaitSpan?: number;
  /** Milliseconds. A shorter hold has no span; for `spans: 'slow'` only. Default: 100. */
  minHoldSpan?: number;
  /**
   * Whether an attempt outside of any span, in a timer for example, has no spans. Default: `true`. With `false` they begin a
   * trace of their own, which your sampler decides about.
   */
  requireParentSpan?: boolean;
  /**
   * What is hashed along with keys (HMAC-SHA-256), in spans and snapshots, so that nobody can find a key by hashing all that
   * are possible. Give each deployment its own. Default: none, and keys are shown as plain SHA-256.
   */
  keySalt?: string;
  /** Whether spans have the key itself as well, as `lock.key`. Default: `false`. */
  spanKey?: boolean;
}

const SPAN_MODES: readonly SpanMode[] = ['auto', 'always', 'slow', 'off'];
const SLOW_SPAN = 100;

/**
 * Sets when spans are made and what is in them, for every lock of the process. What is not given is set to its default.
 *
 * @throws TypeError, RangeError when an option is not what it should be, and then nothing has changed.
 * @example
 * configureTracing({ spans: 'slow', minWaitSpan: 50, keySalt: process.env.LOCK_KEY_SALT });
 */
export function configureTracing(options: TracingOptions = {}): void {
  checkOptions(options);
  const { spans = TRACING_DEFAULTS.spans, keySalt = '' } = options;
  if (!SPAN_MODES.includes(spans)) {
    throw new TypeError(`spans must be 'auto', 'always', 'slow' or 'off', got ${show(spans)}`);
  }
  const slow = spans === 'slow';
  const { minWaitSpan = slow ? SLOW_SPAN : 0, minHoldSpan = SLOW_SPAN } = options;
  const { requireParentSpan = TRACING_DEFAULTS.requireParentSpan, spanKey = TRACING_DEFAULTS.spanKey } = options;
  checkTimeout(minWaitSpan, 'minWaitSpan');
  checkTimeout(minHoldSpan, 'minHoldSpan');
  if (!slow && options.minHoldSpan !== undefined) {
    throw new TypeError(`minHoldSpan is for spans: 'slow'; with ${show(spans)} a hold has its span while it lasts`);
  }
  for (const [name, value] of Object.entries({ requireParentSpan, spanKey })) {
    if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false, got ${show(value)}`);
  }
  if (typeof keySalt !== 'string') throw new TypeError(`keySalt must be a string, got ${show(keySalt)}`);
  installTracing();
  processWide.keySalt = keySalt;
  processWide.tracing = { spans, minWaitSpan, minHoldSpan, requireParentSpan, spanKey };
}

export type { HistogramDetail } from './histogram-detail.js';
export type {
  CollectedMetrics,
  GaugeMetric,
  HistogramMetric,
  HistogramValue,
  LockMetricProducer,
  MetricPoint,
  NoResource,
  ProducedMetric,
  SumMetric,
} from './metrics/metric-data.js';
export { type MetricProducerOptions, metricProducer } from './metrics/metric-producer.js';
export { instrumentLocks, type LockInstrumentsOptions } from './metrics/otel-metrics.js';
export { lockmeterPrometheusViews, type PrometheusView } from './metrics/prometheus-views.js';
export { ATTRIBUTES, BLOCKED_BY, EVENTS, SCOPE, SPANS } from './names.js';
export type { SpanMode } from './tracing/tracing-settings.js';
