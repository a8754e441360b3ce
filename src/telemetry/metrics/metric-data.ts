/**
 * What a reader of the OpenTelemetry SDK takes from a metric producer, in the shapes and numbers of SDK 2 and 3. Written down
 * here because the SDK is the application's: this package needs no more than the API.
 */
import type { Attributes, HrTime, ValueType } from '@opentelemetry/api';

/** `AggregationTemporality.CUMULATIVE`. */
export const CUMULATIVE = 1;

/** `DataPointType`. */
export const DATA_POINT = { histogram: 0, gauge: 2, sum: 3 } as const;

/** One value. Times are seconds and nanoseconds since 1970. */
export interface MetricPoint<T> {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: Attributes;
  readonly value: T;
}

/** A distribution. `counts` are not cumulative, and one more than `boundaries`. */
export interface HistogramValue {
  buckets: { boundaries: number[]; counts: number[] };
  sum: number;
  count: number;
}

interface DescribedMetric {
  readonly descriptor: { name: string; description: string; unit: string; valueType: ValueType };
  readonly aggregationTemporality: typeof CUMULATIVE;
}

/** A counter, or with `isMonotonic: false` what adds up but goes both ways. */
export interface SumMetric extends DescribedMetric {
  readonly dataPointType: typeof DATA_POINT.sum;
  readonly isMonotonic: boolean;
  readonly dataPoints: MetricPoint<number>[];
}

/** What does not add up. */
export interface GaugeMetric extends DescribedMetric {
  readonly dataPointType: typeof DATA_POINT.gauge;
  readonly dataPoints: MetricPoint<number>[];
}

/** Distributions. */
export interface HistogramMetric extends DescribedMetric {
  readonly dataPointType: typeof DATA_POINT.histogram;
  readonly dataPoints: MetricPoint<HistogramValue>[];
}

/** One metric with its values. */
export type ProducedMetric = SumMetric | GaugeMetric | HistogramMetric;

/** A resource that says nothing. A reader of the SDK puts the application's own in its place. */
export interface NoResource {
  readonly attributes: Attributes;
  merge<R>(other: R | null): R;
  getRawAttributes(): [];
}

/** What one collection gives. */
export interface CollectedMetrics {
  readonly resourceMetrics: {
    resource: NoResource;
    scopeMetrics: { scope: { name: string }; metrics: ProducedMetric[] }[];
  };
  readonly errors: unknown[];
}

/** The SDK's `MetricProducer`. */
export interface LockMetricProducer {
  /** Reads the numbers as they are now. */
  collect(): Promise<CollectedMetrics>;
}
