/**
 * I7: a holder learns of its loss before anybody else enters. Where its process stood still, or the engine lost its
 * state, it cannot: then the time for which two believed themselves to be holders is measured, for the report.
 */
import { type Attempt, type Excuses, type Hold, holdsByLock } from '../log/history.js';
import { type Check, ms, nameOf } from './finding.js';

/** A time for which an old holder did not know of a new one. */
export interface DoubleBelief {
  readonly older: Hold;
  readonly newer: Hold;
  readonly time: number;
  /** Whether there is an excuse. */
  readonly excused: boolean;
}

/** The check. */
export const doubleBelief: Check = ({ attempts, excuses, limits }) =>
  doubleBeliefs(attempts, excuses)
    .filter(({ excused, time }) => !excused && time > limits.doubleBelief)
    .map(({ older, newer, time }) => ({
      rule: 'I7',
      text: `${older.lock}: ${nameOf(older)} believed in its hold for ${ms(time)} after ${nameOf(newer)} had entered`,
    }));

/** All of them. */
export function doubleBeliefs(attempts: readonly Attempt[], excuses: Excuses): DoubleBelief[] {
  return holdsByLock(attempts).flatMap((holds) =>
    holds.flatMap((older, index) => {
      const newer = holds.slice(index + 1).find(({ token }) => token > older.token);
      if (newer === undefined) return [];
      const time = believedUntil(older) - newer.entered;
      if (time <= 0) return [];
      const { process, invoked } = older;
      const excused = excuses.disturbed(process, invoked, newer.entered) || excuses.stateLost(invoked, newer.entered);
      return [{ older, newer, time, excused }];
    }),
  );
}

/** When it was over, or known to be; what it ought to have known does not count. */
function believedUntil({ left, told, died }: Hold): number {
  return Math.min(...[left, told, died].filter((end) => end !== undefined), Number.POSITIVE_INFINITY);
}
