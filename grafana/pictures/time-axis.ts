/**
 * The one time axis that all charts of a picture share.
 *
 * Invariant: it has every step between the first and the last sample, so a moment at which no series has a value is a place
 * on it where nothing is drawn, and not two neighbours joined by a line.
 */
import type { Sample } from '../live/prometheus-api.js';
import { seriesOf, type TargetResult } from './dashboard-json.js';
import { type Ticks, timeStep } from './ticks.js';

export interface TimeAxis {
  /** Seconds since 1970, ascending, evenly spaced. */
  readonly times: readonly number[];
  /** Between two of them, in seconds. */
  readonly step: number;
}

/**
 * The axis of all range queries.
 *
 * @throws Error when no query gave two samples: there is nothing to draw.
 * @example
 * timeAxis(results).times.length;
 */
export function timeAxis(results: readonly TargetResult[]): TimeAxis {
  const moments = new Set<number>();
  for (const { values = [] } of results.flatMap(seriesOf)) for (const [seconds] of values) moments.add(seconds);
  const found = [...moments].sort((a, b) => a - b);
  if (found.length < 2) throw new Error('no range query gave two samples: was the query range inside the data?');
  const step = found.slice(1).reduce((least, time, i) => Math.min(least, time - found[i]!), Number.POSITIVE_INFINITY);
  const count = Math.round((found.at(-1)! - found[0]!) / step) + 1;
  return { times: Array.from({ length: count }, (_, i) => found[0]! + i * step), step };
}

/**
 * The values of a series at each time of the axis; `null` where there is none, and for `NaN` and infinities, which have no
 * place on a chart.
 *
 * @example
 * onAxis(axis, [[10, '1'], [20, 'NaN']]); // [1, null]
 */
export function onAxis({ times, step }: TimeAxis, samples: readonly Sample[]): (number | null)[] {
  const aligned: (number | null)[] = times.map(() => null);
  for (const [seconds, text] of samples) {
    const value = Number(text);
    if (Number.isFinite(value)) aligned[Math.round((seconds - times[0]!) / step)] = value;
  }
  return aligned;
}

/**
 * The ticks of the axis: round times, UTC, so that a picture does not depend on where it was made.
 *
 * @example
 * timeTicks(axis, 6).labels; // ['12:00:00', '12:00:30', ...]
 */
export function timeTicks({ times }: TimeAxis, most: number): Ticks {
  const [from, to] = [times[0]!, times.at(-1)!];
  const step = timeStep((to - from) / most);
  const at: number[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) at.push(time);
  return { at, labels: at.map((time) => clockTime(time, step < 60)) };
}

/**
 * A moment as `12:00` or `12:00:30`, UTC.
 *
 * @example
 * clockTime(0); // '00:00:00'
 */
export function clockTime(seconds: number, withSeconds = true): string {
  return new Date(seconds * 1e3).toISOString().slice(11, withSeconds ? 19 : 16);
}
