/**
 * The samples of a metric, in the form that the registries of prom-client and its successor read.
 *
 * Invariants: buckets are cumulative and end in `+Inf`, which equals `_count`; exemplars are in seconds and stand in the
 * bucket that their value belongs to. A text registry passes over exemplars, an OpenMetrics one renders them.
 */
import type { Exemplar, Histogram } from '../../histogram.js';
import { type BucketDetail, boundsOf, foldedCounts, foldedExemplars } from '../histogram-detail.js';
import type { PrometheusLabels } from './prometheus-labels.js';

/** One sample. */
export interface Sample {
  readonly value: number;
  /** What tells it from the other samples of its label set: `le`. */
  readonly labels: Readonly<Record<string, string | number>>;
  /** The rest of its labels, which the client renders once. */
  readonly sharedLabels: PrometheusLabels;
  readonly metricName?: string;
  readonly exemplar?: SampleExemplar;
}

/** Seconds, and seconds since 1970. */
export interface SampleExemplar {
  readonly labelSet: { readonly trace_id: string; readonly span_id: string };
  readonly value: number;
  readonly timestamp: number;
}

const NO_LABELS = Object.freeze({});

/** How many characters OpenMetrics allows for the names and values of an exemplar's labels. */
const EXEMPLAR_LIMIT = 128;

/** What the buckets of each detail are told apart by. */
const BUCKET_LABELS = { full: bucketLabels('full'), coarse: bucketLabels('coarse') };

function bucketLabels(detail: BucketDetail): readonly Readonly<Record<string, string | number>>[] {
  return [...boundsOf(detail), '+Inf'].map((le) => Object.freeze({ le }));
}

/** The sample of a counter or gauge. */
export function numberSample(value: number, sharedLabels: PrometheusLabels): Sample {
  return { value: addable(value), labels: NO_LABELS, sharedLabels };
}

/** A second has so many of the smallest parts that are told apart: about a microsecond each. */
const PARTS = 2 ** 20;

/**
 * A whole number of parts, so that a cluster's aggregator gets the same sum in whatever order its workers answer. With
 * other fractions the last digit depends on the order, and a counter that goes back by it is a restart to Prometheus: the
 * rate would get all that was ever counted in one step.
 */
function addable(value: number): number {
  return Math.round(value * PARTS) / PARTS;
}

/** The samples of a histogram of the family called `name`. */
export function histogramSamples(
  name: string,
  histogram: Histogram,
  detail: BucketDetail,
  sharedLabels: PrometheusLabels,
): Sample[] {
  const counts = foldedCounts(histogram, detail);
  const exemplars = foldedExemplars(histogram, detail);
  const metricName = `${name}_bucket`;
  let value = 0;
  const samples: Sample[] = BUCKET_LABELS[detail].map((labels, cell) => {
    value += counts[cell]!;
    return { value, labels, sharedLabels, metricName, exemplar: sampleExemplar(exemplars?.[cell]) };
  });
  samples.push({ value: addable(histogram.sum / 1e3), labels: NO_LABELS, sharedLabels, metricName: `${name}_sum` });
  samples.push({ value, labels: NO_LABELS, sharedLabels, metricName: `${name}_count` });
  return samples;
}

/** The same sample with all its labels in one place, where nobody shares them. */
export function withAllLabels({ value, labels, sharedLabels, metricName, exemplar }: Sample) {
  return { value, labels: { ...labels, ...sharedLabels }, metricName, exemplar };
}

/** `undefined` as well when a tracer's ids are so long that a scraper would refuse them. */
function sampleExemplar(exemplar: Exemplar | undefined): SampleExemplar | undefined {
  if (exemplar === undefined) return undefined;
  const { traceId, spanId, value, at } = exemplar;
  if ('trace_id'.length + 'span_id'.length + traceId.length + spanId.length > EXEMPLAR_LIMIT) return undefined;
  return { labelSet: { trace_id: traceId, span_id: spanId }, value: value / 1e3, timestamp: at / 1e3 };
}
