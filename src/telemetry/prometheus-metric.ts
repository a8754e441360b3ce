/**
 * A metric that a prom-client registry takes as one of its own, filled when it is scraped. prom-client's built-in metrics
 * hash their labels on every observation, a microsecond each; this one costs the lock nothing.
 *
 * Invariant: `get()` answers synchronously up to its first await, so that all metrics of a page come from one reading, and
 * it returns the `name` that the registry sees (an OpenMetrics registry takes `_total` off it).
 */
import type { LockReading, LockReadings } from './lock-readings.js';
import { LABELS, type MetricName } from './names.js';

/** One sample, in prom-client's form. */
export interface Sample {
  value: number;
  labels: Record<string, string | number>;
  metricName?: string;
}

/** The samples of one lock name, beside the labels that all of them have. */
export type ReadSamples = (reading: LockReading, family: string) => Sample[];

export class PrometheusMetric {
  readonly type: MetricName['type'];
  readonly help: string;
  readonly labelNames: string[] = [LABELS.name, LABELS.backend];

  constructor(
    public name: string,
    metric: MetricName,
    /** How a cluster's aggregator joins the workers' values. */
    readonly aggregator: 'sum' | 'max',
    readonly readings: LockReadings,
    private readonly samples: ReadSamples,
  ) {
    this.type = metric.type;
    this.help = metric.help;
  }

  async get() {
    const { name, help, type, aggregator } = this;
    const family = name;
    const values: Sample[] = [];
    for (const reading of this.readings.read()) {
      const identity = { [LABELS.name]: reading.stats.name, [LABELS.backend]: reading.stats.backend };
      for (const sample of this.samples(reading, family)) {
        values.push({ ...sample, labels: { ...sample.labels, ...identity } });
      }
    }
    return { name, help, type, aggregator, values };
  }

  /** The registry's `resetMetrics()`: the numbers are the lock's own, a scraper must not see them go back. */
  reset(): void {}
}
