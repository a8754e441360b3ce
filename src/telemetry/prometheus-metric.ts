/**
 * A metric that a prom-client registry takes as one of its own, filled when it is scraped. prom-client's built-in metrics
 * hash their labels on every observation, a microsecond each; this one costs the lock nothing.
 *
 * Invariant: `get()` answers synchronously up to its first await, so that all metrics of a page come from one reading, and
 * it returns the `name` that the registry sees (an OpenMetrics registry takes `_total` off it).
 */
import { BUCKET_BOUNDS_SECONDS, type Histogram } from '../histogram.js';
import type { LockReadings } from './lock-readings.js';
import { HISTOGRAM_POINTS, NUMBER_POINTS, type Point, type PointLabels } from './metric-points.js';
import { LABELS, type LabelKey, METRICS, type MetricKey, type MetricName } from './names.js';

/** One sample, in prom-client's form. */
export interface Sample {
  value: number;
  labels: Record<string, string | number>;
  metricName?: string;
}

export class PrometheusMetric {
  readonly type: MetricName['type'];
  readonly help: string;
  /** How a cluster's aggregator joins the workers' values. */
  readonly aggregator: MetricName['joined'];
  readonly labelNames: string[] = Object.values(LABELS);

  constructor(
    public name: string,
    private readonly key: MetricKey,
    readonly readings: LockReadings,
  ) {
    const { type, help, joined } = METRICS[key];
    this.type = type;
    this.help = help;
    this.aggregator = joined;
  }

  async get() {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: this.samples() };
  }

  /** The registry's `resetMetrics()`: the numbers are the lock's own, a scraper must not see them go back. */
  reset(): void {}

  private samples(): Sample[] {
    const { key, name } = this;
    const reading = this.readings.read();
    if (key in HISTOGRAM_POINTS) {
      const points = HISTOGRAM_POINTS[key as keyof typeof HISTOGRAM_POINTS](reading);
      return points.flatMap((point) => bucketSamples(point, name));
    }
    const points = NUMBER_POINTS[key as keyof typeof NUMBER_POINTS](reading);
    return points.map(({ labels, value }) => ({ value, labels: prometheusLabels(labels) }));
  }
}

function prometheusLabels(labels: PointLabels): Record<string, string> {
  const named: Record<string, string> = {};
  for (const [key, value] of Object.entries(labels)) named[LABELS[key as LabelKey]] = value;
  return named;
}

function bucketSamples({ labels, value: { counts, sum } }: Point<Histogram>, family: string): Sample[] {
  const identity = prometheusLabels(labels);
  const samples: Sample[] = [];
  let cumulative = 0;
  BUCKET_BOUNDS_SECONDS.forEach((le, i) => {
    cumulative += counts[i]!;
    samples.push({ metricName: `${family}_bucket`, labels: { le, ...identity }, value: cumulative });
  });
  cumulative += counts[BUCKET_BOUNDS_SECONDS.length]!;
  samples.push({ metricName: `${family}_bucket`, labels: { le: '+Inf', ...identity }, value: cumulative });
  samples.push({ metricName: `${family}_sum`, labels: identity, value: sum / 1e3 });
  samples.push({ metricName: `${family}_count`, labels: identity, value: cumulative });
  return samples;
}
