/**
 * Lets several see every observation of a histogram, which has room for one function.
 *
 * Invariants: a tap that is added while an observation is passed on sees that observation too, one that is taken off before
 * its turn does not, and no other is passed over: an observation that notices a new meter provider goes to that one, once.
 * Without taps the histogram has no function to call.
 */
import type { Histogram } from '../../histogram.js';
import type { LiveStats } from '../../stats.js';
import type { StatsRegistry } from '../../stats-registry.js';
import type { Point } from '../metric-points.js';
import { HISTOGRAM_POINTS } from '../metric-points.js';
import type { MetricKeyOf } from '../names.js';

/** Sees one observation, in milliseconds. Must not throw, and must not touch a lock. */
export type Tap = (ms: number) => void;

/** The function in a histogram's one place. The taps hang on it, so that two copies of this package share them. */
interface Distributor extends Tap {
  taps?: Set<Tap>;
}

/** Adds `tap` to a histogram. Returns the function that takes it off. */
export function addTap(histogram: Histogram, tap: Tap): () => void {
  const taps = tapsOf(histogram);
  taps.add(tap);
  return () => {
    taps.delete(tap);
    if (taps.size === 0 && (histogram.tap as Distributor | undefined)?.taps === taps) histogram.tap = undefined;
  };
}

/** Stands for what is true now, which histograms do not say and which must not be looked at inside a lock's call. */
const NOT_LOOKED_AT: LiveStats = {
  held: 0,
  queueDepth: 0,
  queueDepthMax: 0,
  holderAge: 0,
  waiterAge: 0,
  heldTime: 0,
  queuedTime: 0,
};

/**
 * Adds a tap to every histogram of `registry`, to those that are there and to those to come. Returns the function that takes
 * them all off.
 */
export function tapAll(
  registry: StatsRegistry,
  tapFor: (key: MetricKeyOf<'histogram'>, point: Point<Histogram>) => Tap,
): () => void {
  const tapped = new Map<Histogram, () => void>();
  const tapNew = (): void => {
    const reading = { registry, locks: Array.from(registry.all(), (stats) => ({ stats, live: NOT_LOOKED_AT })) };
    for (const [key, read] of Object.entries(HISTOGRAM_POINTS)) {
      for (const point of read(reading)) {
        if (tapped.has(point.value)) continue;
        tapped.set(point.value, addTap(point.value, tapFor(key as MetricKeyOf<'histogram'>, point)));
      }
    }
  };
  tapNew();
  registry.onGrowth.add(tapNew);
  return () => {
    registry.onGrowth.delete(tapNew);
    for (const untap of tapped.values()) untap();
    tapped.clear();
  };
}

function tapsOf(histogram: Histogram): Set<Tap> {
  const present: Distributor | undefined = histogram.tap;
  if (present?.taps !== undefined) return present.taps;
  const taps = new Set<Tap>(present === undefined ? [] : [present]);
  const distribute = (ms: number): void => {
    for (const tap of taps) tap(ms);
  };
  histogram.tap = Object.assign(distribute, { taps });
  return taps;
}
