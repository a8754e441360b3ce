/**
 * What each metric's values are: the one place where the lock's numbers become metrics. Every exporter reads this table, so
 * Prometheus and OpenTelemetry cannot disagree.
 *
 * Invariants: durations leave here in seconds; histograms leave as they are, in milliseconds, for they are big. A series has
 * the same labels object at every reading.
 */
import type { Histogram } from '../histogram.js';
import { OUTCOMES } from '../stats.js';
import type { LockReading, Reading } from './lock-readings.js';
import type { LabelKey, MetricKey, MetricKeyOf } from './names.js';
import { labelsOf, NO_LABELS, oneLabel, type PointLabels } from './point-labels.js';

export type { PointLabels } from './point-labels.js';

/** One value. */
export interface Point<T = number> {
  readonly labels: PointLabels;
  readonly value: T;
}

type Read<T> = (reading: Reading) => Point<T>[];

/** The values of each counter and gauge. */
export const NUMBER_POINTS: { readonly [K in MetricKeyOf<'counter' | 'gauge'>]: Read<number> } = {
  acquisitions: byLock(({ stats }) =>
    OUTCOMES.map((outcome) => point(stats.outcomes[outcome], oneLabel('outcome', outcome))),
  ),
  contended: byLock(({ stats }) => [point(stats.contended)]),
  heldTime: byLock(({ live }) => [point(live.heldTime / 1e3)]),
  queuedTime: byLock(({ live }) => [point(live.queuedTime / 1e3)]),
  locked: byLock(({ live }) => [point(live.held)]),
  queueDepth: byLock(({ live }) => [point(live.queueDepth)]),
  queueDepthMax: byLock(({ live }) => [point(live.queueDepthMax)]),
  holderAge: byLock(({ live }) => [point(live.holderAge / 1e3)]),
  waiterAge: byLock(({ live }) => [point(live.waiterAge / 1e3)]),
  permits: byLock(({ stats: { permits } }) => (permits === undefined ? [] : [point(permits)])),
  leaseLost: byLock(({ stats }) => [point(stats.leaseLost)]),
  leaseRenewals: byLock(({ stats }) => pointsOf(stats.leaseRenewals, 'result')),
  forcedReleases: byLock(({ stats }) => pointsOf(stats.forcedReleases, 'reason')),
  deadlocks: ({ registry }) => [point(registry.deadlocks)],
  labelOverflow: ({ registry }) => [point(registry.foldedNames)],
};

/** The distributions of each histogram. */
export const HISTOGRAM_POINTS: { readonly [K in MetricKeyOf<'histogram'>]: Read<Histogram> } = {
  waitDuration: byLock(({ stats }) => [point(stats.wait)]),
  holdDuration: byLock(({ stats }) => [point(stats.hold)]),
  backendDuration: ({ registry }) =>
    Array.from(registry.backends()).flatMap((stats) =>
      stats.all().map((trips) => {
        const { operation, result, duration } = trips;
        return point(duration, labelsOf(trips, { backend: stats.backend, operation, result }));
      }),
    ),
};

/** Whether the values of a metric are histograms. */
export function isHistogram(key: MetricKey): key is MetricKeyOf<'histogram'> {
  return key in HISTOGRAM_POINTS;
}

function point<T>(value: T, labels: PointLabels = NO_LABELS): Point<T> {
  return { labels, value };
}

function pointsOf(counts: Readonly<Record<string, number>>, label: LabelKey): Point[] {
  return Object.entries(counts).map(([of, value]) => point(value, oneLabel(label, of)));
}

/** Adds the lock's identity to what is read of each lock. */
function byLock<T>(read: (reading: LockReading) => Point<T>[]): Read<T> {
  return ({ locks }) =>
    locks.flatMap((reading) => {
      const { name, backend } = reading.stats;
      const identity = { name, backend };
      return read(reading).map(({ labels, value }) => point(value, labelsOf(reading.stats, identity, labels)));
    });
}
