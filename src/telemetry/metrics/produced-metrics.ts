/**
 * The numbers of a registry in the shape that readers of the OpenTelemetry SDK take, the histograms as they stand in memory.
 *
 * Invariants: all figures of one collection come from one reading of the clock; everything is cumulative since the process
 * began, when all of it was zero.
 */
import type { HrTime } from '@opentelemetry/api';
import type { Histogram } from '../../histogram.js';
import type { StatsRegistry } from '../../stats-registry.js';
import { type BucketDetail, boundsOf, foldedCounts, type HistogramDetail } from '../histogram-detail.js';
import { type Reading, readNow } from '../lock-readings.js';
import { HISTOGRAM_POINTS, isHistogram, NUMBER_POINTS, type Point } from '../metric-points.js';
import { METRIC_KEYS, METRICS, type MetricKey, SCOPE } from '../names.js';
import {
  type CollectedMetrics,
  CUMULATIVE,
  DATA_POINT,
  type HistogramValue,
  type MetricPoint,
  type NoResource,
  type ProducedMetric,
} from './metric-data.js';
import { attributesOf, formOf, valueTypeOf } from './otel-forms.js';

/** Tells the points of one metric when they began and ended. */
interface Collection {
  readonly reading: Reading;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

const NO_RESOURCE: NoResource = {
  attributes: {},
  merge: <R>(other: R | null) => other ?? (NO_RESOURCE as R),
  getRawAttributes: () => [],
};

/** When all numbers were zero. */
const BEGINNING = hrTime(performance.timeOrigin);

/** Reads everything now, under the names that `nameOf` gives. */
export function produceMetrics(
  registry: StatsRegistry,
  nameOf: (key: MetricKey) => string,
  detail: HistogramDetail,
): CollectedMetrics {
  const collection = { reading: readNow(registry), startTime: BEGINNING, endTime: hrTime(Date.now()) };
  const metrics: ProducedMetric[] = [];
  for (const key of METRIC_KEYS) {
    const { help: description, unit } = METRICS[key];
    const descriptor = { name: nameOf(key), description, unit, valueType: valueTypeOf(METRICS[key]) };
    const described = { descriptor, aggregationTemporality: CUMULATIVE } as const;
    if (!isHistogram(key)) metrics.push({ ...described, ...numbers(key, collection) });
    else if (detail !== 'off') metrics.push({ ...described, ...distributions(key, collection, detail) });
  }
  const scopeMetrics = [{ scope: { name: SCOPE }, metrics: metrics.filter(({ dataPoints }) => dataPoints.length > 0) }];
  return { resourceMetrics: { resource: NO_RESOURCE, scopeMetrics }, errors: [] };
}

function numbers(key: keyof typeof NUMBER_POINTS, collection: Collection) {
  const dataPoints = pointsAt(collection, NUMBER_POINTS[key](collection.reading), (value) => value);
  const form = formOf(METRICS[key]);
  if (form === 'level') return { dataPointType: DATA_POINT.gauge, dataPoints };
  return { dataPointType: DATA_POINT.sum, isMonotonic: form === 'sum', dataPoints };
}

function distributions(key: keyof typeof HISTOGRAM_POINTS, collection: Collection, detail: BucketDetail) {
  const points = HISTOGRAM_POINTS[key](collection.reading);
  const dataPoints = pointsAt(collection, points, (histogram) => distributionOf(histogram, detail));
  return { dataPointType: DATA_POINT.histogram, dataPoints };
}

function pointsAt<T, V>(
  { startTime, endTime }: Collection,
  points: readonly Point<T>[],
  exported: (value: T) => V,
): MetricPoint<V>[] {
  return points.map(({ labels, value }) => ({
    startTime,
    endTime,
    attributes: attributesOf(labels),
    value: exported(value),
  }));
}

/** The smallest and the largest observation are not known, and OpenTelemetry allows to leave them out. */
function distributionOf(histogram: Histogram, detail: BucketDetail): HistogramValue {
  const counts = Array.from(foldedCounts(histogram, detail));
  return { buckets: { boundaries: [...boundsOf(detail)], counts }, sum: histogram.sum / 1e3, count: histogram.count };
}

function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1e3), Math.floor((ms % 1e3) * 1e6)];
}
