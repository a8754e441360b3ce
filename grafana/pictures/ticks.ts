/**
 * The range of a value axis and its ticks. They are chosen here rather than in the browser, where the labels could not be
 * tested.
 *
 * Invariant: every value lies inside the range, unless the panel itself sets a bound.
 */
import { format, formatTicks } from './units.js';

export interface Ticks {
  readonly at: readonly number[];
  readonly labels: readonly string[];
}

export interface ValueAxis extends Ticks {
  readonly min: number;
  readonly max: number;
}

export interface AxisOptions {
  readonly min?: number;
  readonly max?: number;
  /** The axis reaches at least here. */
  readonly softMax?: number;
  readonly unit?: string;
  readonly logarithmic?: boolean;
}

/** In seconds; what people count time in. */
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400];

/** As many intervals as fit a panel of usual height. */
const INTERVALS = 4;

/** By how much a value may be above a soft maximum without the axis going on to its next tick: rates are extrapolated. */
const SLACK = 0.02;

/**
 * The axis for `values`; from 0 to 1 where there are none.
 *
 * @example
 * valueAxis([0, 0.83], { min: 0, unit: 'percentunit' }).labels; // ['0%', '20%', '40%', '60%', '80%', '100%']
 */
export function valueAxis(values: readonly number[], options: AxisOptions): ValueAxis {
  if (options.logarithmic === true) return logarithmicAxis(values, options);
  let min = options.min ?? values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  let max = options.max ?? values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const soft = options.max === undefined && options.softMax !== undefined && options.softMax >= max * (1 - SLACK);
  if (soft) max = Math.max(max, options.softMax!);
  if (!Number.isFinite(min)) min = 0;
  if (!Number.isFinite(max) || max <= min) max = min + 1;
  const least = ((soft ? options.softMax! : max) - min) / INTERVALS;
  const step = options.unit === 's' && least > 1 ? timeStep(least) : niceStep(least);
  if (options.min === undefined) min = Math.floor(min / step) * step;
  if (options.max === undefined && !soft) max = Math.ceil((max / step) * (1 - 1e-9)) * step;
  const at: number[] = [];
  for (let i = Math.ceil(min / step); i * step <= max * (1 + 1e-9); i++) at.push(i * step);
  return { min, max, at, labels: formatTicks(at, options.unit) };
}

/**
 * The round time, in seconds, that is at least as long; a day if none is.
 *
 * @example
 * timeStep(41); // 60
 */
export function timeStep(atLeast: number): number {
  return TIME_STEPS.find((seconds) => seconds >= atLeast) ?? TIME_STEPS.at(-1)!;
}

/** A tick for each power of ten; values that have no logarithm are not on the chart. */
function logarithmicAxis(values: readonly number[], { unit }: AxisOptions): ValueAxis {
  const powers = values.filter((value) => value > 0).map((value) => Math.log10(value));
  const low = powers.length === 0 ? 0 : Math.floor(Math.min(...powers));
  const high = Math.max(low + 1, powers.length === 0 ? 1 : Math.ceil(Math.max(...powers)));
  const at = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  return { min: 10 ** low, max: 10 ** high, at, labels: at.map((tick) => format(tick, unit)) };
}

/** The next of 1, 2, 2.5, 5 times a power of ten. */
function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return power * ([1, 2, 2.5, 5].find((nice) => nice * power >= atLeast * (1 - 1e-9)) ?? 10);
}
