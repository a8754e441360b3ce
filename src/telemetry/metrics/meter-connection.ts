/**
 * The numbers of a registry on the instruments of one meter provider. Counters and gauges are observed when somebody
 * collects. There are no histograms that can be observed, so observations are queued and recorded when somebody collects, in
 * the same callback, so that one collection agrees with itself; or when many have gathered.
 *
 * Invariants: the lock's calls never reach the meter; what the meter throws is counted and dropped.
 */
import {
  type Attributes,
  type BatchObservableResult,
  type Histogram,
  type Meter,
  type MeterProvider,
  type Observable,
  ROOT_CONTEXT,
} from '@opentelemetry/api';
import type { StatsRegistry } from '../../stats-registry.js';
import { boundsOf, type HistogramDetail } from '../histogram-detail.js';
import { readNow } from '../lock-readings.js';
import { HISTOGRAM_POINTS, NUMBER_POINTS } from '../metric-points.js';
import { inMicrotask } from '../microtask.js';
import { METRICS, type MetricKeyOf, type MetricName, SCOPE } from '../names.js';
import { tapAll } from './histogram-taps.js';
import { ObservationQueue } from './observation-queue.js';
import { attributesOf, formOf, valueTypeOf } from './otel-forms.js';

type NumberKey = MetricKeyOf<'counter' | 'gauge'>;
type HistogramKey = MetricKeyOf<'histogram'>;

/** What tells the observations of one histogram from the others'. */
interface Series {
  readonly key: HistogramKey;
  readonly attributes: Attributes;
}

interface Instruments {
  readonly meter: Meter;
  readonly numbers: ReadonlyMap<NumberKey, Observable>;
  readonly histograms: ReadonlyMap<HistogramKey, Histogram>;
}

export class MeterConnection {
  private readonly queue: ObservationQueue<Series>;
  private readonly untap: () => void;
  private instruments: Instruments | undefined;

  /** Gathers observations from now on. */
  constructor(
    private readonly registry: StatsRegistry,
    private readonly provider: MeterProvider,
    private readonly detail: HistogramDetail,
  ) {
    const report = (error: unknown): void => registry.observers.report(error);
    this.queue = new ObservationQueue((series, ms) => this.record(series, ms), report);
    this.untap =
      detail === 'off' ? () => {} : tapAll(registry, (key, { labels }) => this.tapOf(key, attributesOf(labels)));
  }

  /** Makes the instruments. Runs code of the SDK: not to be called where a lock is at work. */
  open(): void {
    this.registry.observers.guard(() => {
      const { detail } = this;
      const meter = this.provider.getMeter(SCOPE);
      const histograms = new Map<HistogramKey, Histogram>();
      if (detail !== 'off') {
        const advice = { explicitBucketBoundaries: [...boundsOf(detail)] };
        for (const key of Object.keys(HISTOGRAM_POINTS) as HistogramKey[]) {
          histograms.set(key, meter.createHistogram(METRICS[key].otel, { ...optionsOf(METRICS[key]), advice }));
        }
      }
      const keys = Object.keys(NUMBER_POINTS) as NumberKey[];
      const numbers = new Map(keys.map((key) => [key, observableOf(meter, METRICS[key])]));
      this.instruments = { meter, numbers, histograms };
      meter.addBatchObservableCallback(this.observe, [...numbers.values()]);
    });
  }

  /** Gathers nothing more. After the call that is at work, hands on what was gathered and lets go of the meter. */
  close(): void {
    this.untap();
    inMicrotask(() => {
      this.queue.drain();
      const { instruments } = this;
      this.instruments = undefined;
      if (instruments === undefined) return;
      const { meter, numbers } = instruments;
      this.registry.observers.guard(() => meter.removeBatchObservableCallback(this.observe, [...numbers.values()]));
    });
  }

  private readonly observe = (result: BatchObservableResult): void => {
    this.registry.observers.guard(() => {
      const reading = readNow(this.registry);
      for (const [key, instrument] of this.instruments?.numbers ?? []) {
        for (const { value, labels } of NUMBER_POINTS[key](reading)) {
          result.observe(instrument, value, attributesOf(labels));
        }
      }
    });
    this.queue.drain();
  };

  private tapOf(key: HistogramKey, attributes: Attributes): (ms: number) => void {
    const series = { key, attributes };
    return (ms) => this.queue.push(series, ms);
  }

  /** In no context: the one that is active now has nothing to do with the observation. */
  private record({ key, attributes }: Series, ms: number): void {
    this.instruments?.histograms.get(key)?.record(ms / 1e3, attributes, ROOT_CONTEXT);
  }
}

function optionsOf(metric: MetricName) {
  return { description: metric.help, unit: metric.unit, valueType: valueTypeOf(metric) };
}

function observableOf(meter: Meter, metric: MetricName): Observable {
  const options = optionsOf(metric);
  switch (formOf(metric)) {
    case 'sum':
      return meter.createObservableCounter(metric.otel, options);
    case 'balance':
      return meter.createObservableUpDownCounter(metric.otel, options);
    case 'level':
      return meter.createObservableGauge(metric.otel, options);
  }
}
