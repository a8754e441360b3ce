/**
 * A metric that a registry takes as one of its own, filled when it is scraped. The clients' built-in metrics hash their
 * labels on every observation, a microsecond each; this one costs the lock nothing.
 *
 * Invariant: both ways to read it answer synchronously up to their first await, so that all metrics of a page come from one
 * reading, and return the `name` that the registry sees (an OpenMetrics registry takes `_total` off it).
 */
import type { HistogramDetail } from '../histogram-detail.js';
import type { LockReadings } from '../lock-readings.js';
import { HISTOGRAM_POINTS, isHistogram, NUMBER_POINTS } from '../metric-points.js';
import { LABELS, METRICS, type MetricKey, type MetricName } from '../names.js';
import { prometheusLabels } from './prometheus-labels.js';
import { histogramSamples, numberSample, type Sample, withAllLabels } from './prometheus-samples.js';

/** What all metrics of one `collectLockMetrics()` have in common. */
export interface MetricSource {
  readonly readings: LockReadings;
  readonly histograms: HistogramDetail;
}

export class PrometheusMetric {
  readonly type: MetricName['type'];
  readonly help: string;
  /** How a cluster's aggregator joins the workers' values. */
  readonly aggregator: MetricName['joined'];
  readonly labelNames: readonly string[] = Object.values(LABELS);

  constructor(
    public name: string,
    private readonly key: MetricKey,
    readonly source: MetricSource,
  ) {
    const { type, help, joined } = METRICS[key];
    this.type = type;
    this.help = help;
    this.aggregator = joined;
  }

  /** The values with all their labels, for JSON, which is what the processes of a cluster send each other. */
  async get() {
    return this.family(this.samples().map(withAllLabels));
  }

  /** The values as the page is made of them, most of their labels shared. */
  async getForPromString() {
    return this.family(this.samples());
  }

  /** The registry's `resetMetrics()`: the numbers are the lock's own, a scraper must not see them go back. */
  reset(): void {}

  private family<T>(values: T[]) {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values };
  }

  private samples(): Sample[] {
    const { key, name } = this;
    const { readings, histograms } = this.source;
    const reading = readings.read();
    if (isHistogram(key)) {
      if (histograms === 'off') return [];
      return HISTOGRAM_POINTS[key](reading).flatMap(({ labels, value }) =>
        histogramSamples(name, value, histograms, prometheusLabels(labels)),
      );
    }
    return NUMBER_POINTS[key](reading).map(({ labels, value }) => numberSample(value, prometheusLabels(labels)));
  }
}
