/**
 * The figures of a ledger over any span of time, by adding up: slow, and right by looking at it.
 *
 * A lock hears of its callers, and passes on, between two lines of theirs: after the last of one body, before the first of the
 * next. So a time that is read from their stopwatches has two bounds, a fraction of a millisecond apart on an idle machine.
 *
 * All times in milliseconds since the epoch. What has not ended counts up to the end of the span.
 */
import type { Attempt, Ending } from './ledger.js';

/** The least and the most that a time can have been. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** ∫ holders dt over the span: how long the lock was held, each holder counted. */
export function heldTime(attempts: readonly Attempt[], from: number, to: number): Bounds {
  const holds = attempts.filter(({ ending }) => ending === 'acquired');
  return {
    least: total(holds.map(({ answered, released }) => overlap(answered!, released, from, to))),
    most: total(
      holds.map(({ answered, handedOver, released }) => overlap(handedOver ?? answered!, released, from, to)),
    ),
  };
}

/** ∫ waiters dt over the span. */
export function queuedTime(attempts: readonly Attempt[], from: number, to: number): Bounds {
  return {
    least: total(
      attempts.map(({ asked, standing = asked, handedOver, answered }) =>
        overlap(standing, handedOver ?? answered, from, to),
      ),
    ),
    most: total(attempts.map(({ asked, answered }) => overlap(asked, answered, from, to))),
  };
}

/** How many waited at this moment. */
export function waitersAt(attempts: readonly Attempt[], time: number): number {
  return attempts.filter(({ asked, answered = Infinity }) => asked <= time && time < answered).length;
}

/** The attempts that got their answer within the span. */
export function answeredIn(attempts: readonly Attempt[], from: number, to: number): Attempt[] {
  return attempts.filter(({ answered = Infinity }) => from <= answered && answered < to);
}

/** The attempts that queued: who found the lock taken, and was not sent away at once. */
export function queued(attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter(({ blocked, ending }) => blocked && ending !== 'rejected');
}

export function countEndings(attempts: readonly Attempt[]): Record<Ending, number> {
  const counts = { acquired: 0, timeout: 0, aborted: 0, rejected: 0 };
  for (const { ending } of attempts) if (ending !== undefined) counts[ending]++;
  return counts;
}

function overlap(start: number, end: number | undefined, from: number, to: number): number {
  return Math.max(0, Math.min(end ?? Infinity, to) - Math.max(start, from));
}

function total(times: readonly number[]): number {
  return times.reduce((sum, time) => sum + time, 0);
}
