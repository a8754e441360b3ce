/**
 * Turns what is not a Prometheus page into its samples (`name{sorted labels}` → value), so that every way out of the process
 * can be compared with every other. The names are made here by the rules of the OpenTelemetry specification for Prometheus
 * compatibility, not looked up in the package.
 */
import type { Snapshot } from 'lockmeter';
import type { HistogramMetric, ProducedMetric } from 'lockmeter/opentelemetry';

type Samples = Map<string, number>;
type Labels = Readonly<Record<string, unknown>>;

function put(samples: Samples, name: string, labels: Labels, value: number): void {
  const written = Object.entries(labels).map(
    ([key, label]) => `${key.replaceAll('.', '_')}="${escaped(String(label))}"`,
  );
  samples.set(`${name}{${written.sort().join(',')}}`, value);
}

/** As the text format has it. */
function escaped(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** `lockmeter.held.time` in `s`, a counter → `lockmeter_held_time_seconds_total`. Units in braces are annotations. */
function prometheusNameOf({ descriptor: { name, unit }, ...metric }: ProducedMetric): string {
  const withUnit = name.replaceAll('.', '_') + (unit === 's' ? '_seconds' : '');
  return 'isMonotonic' in metric && metric.isMonotonic ? `${withUnit}_total` : withUnit;
}

function putHistogram(samples: Samples, name: string, { dataPoints }: HistogramMetric): void {
  for (const { attributes, value } of dataPoints) {
    let below = 0;
    value.buckets.counts.forEach((count, i) => {
      below += count;
      put(samples, `${name}_bucket`, { ...attributes, le: value.buckets.boundaries[i] ?? '+Inf' }, below);
    });
    put(samples, `${name}_sum`, attributes, value.sum);
    put(samples, `${name}_count`, attributes, value.count);
  }
}

/** The samples of metrics as they go to OTLP, as its receiver would name them. */
export function samplesOfMetrics(metrics: Iterable<ProducedMetric>): Samples {
  const samples: Samples = new Map();
  for (const metric of metrics) {
    const name = prometheusNameOf(metric);
    if (metric.dataPointType === 0) putHistogram(samples, name, metric);
    else for (const { attributes, value } of metric.dataPoints) put(samples, name, attributes, value);
  }
  return samples;
}

/** What of it a snapshot knows. */
export function samplesOfSnapshot({ locks, foldedNames }: Snapshot, bounds: readonly number[]): Samples {
  const samples: Samples = new Map();
  put(samples, 'lockmeter_label_overflow_total', {}, foldedNames);
  for (const lock of locks) {
    const labels = { lock_name: lock.name, lock_backend: lock.backend };
    const one = (name: string, value: number, more: Labels = {}): void =>
      put(samples, `lockmeter_${name}`, { ...labels, ...more }, value);
    one('contended_total', lock.contended);
    one('held_time_seconds_total', lock.heldTimeSeconds);
    one('queued_time_seconds_total', lock.queuedTimeSeconds);
    one('locked', lock.held);
    one('queue_depth', lock.queueDepth);
    one('queue_depth_max', lock.queueDepthMax);
    one('holder_age_seconds', lock.holderAgeSeconds);
    one('waiter_age_seconds', lock.waiterAgeSeconds);
    one('lease_lost_total', lock.leaseLost);
    one('forced_releases_total', lock.abandoned, { lock_reason: 'abandoned' });
    for (const [outcome, count] of Object.entries(lock.outcomes))
      one('acquisitions_total', count, { lock_outcome: outcome });
    for (const kind of ['wait', 'hold'] as const) {
      const { buckets, sumSeconds, count } = lock[kind];
      let below = 0;
      buckets.forEach((inside, i) => {
        below += inside;
        one(`${kind}_duration_seconds_bucket`, below, { le: bounds[i] ?? '+Inf' });
      });
      one(`${kind}_duration_seconds_sum`, sumSeconds);
      one(`${kind}_duration_seconds_count`, count);
    }
  }
  return samples;
}
