/**
 * I1: no two valid holds of a lock overlap. A hold is valid from entering until it is left, known to be lost, or past
 * its own deadline, whichever is first.
 *
 * An engine that forgot everything between the two entries cannot have known of the first: such a pair is no breach but
 * is counted (see {@link excusedOverlaps}), for it is what fencing is for.
 */
import { type Attempt, type Excuses, type Hold, holdsByLock, validUntil } from '../log/history.js';
import { type Check, ms, nameOf } from './finding.js';

interface Overlap {
  readonly older: Hold;
  readonly newer: Hold;
  readonly time: number;
}

/** The check. */
export const overlaps: Check = ({ attempts, excuses }) =>
  overlapsOf(attempts)
    .filter((overlap) => !excused(overlap, excuses))
    .map(({ older, newer, time }) => ({
      rule: 'I1',
      text: `${newer.lock}: ${nameOf(newer)} entered ${ms(time)} before ${nameOf(older)} was over`,
    }));

/** How many valid holds overlapped after the engine had lost its state. */
export function excusedOverlaps(attempts: readonly Attempt[], excuses: Excuses): number {
  return overlapsOf(attempts).filter((overlap) => excused(overlap, excuses)).length;
}

function excused({ older, newer }: Overlap, excuses: Excuses): boolean {
  return excuses.stateLost(older.invoked, newer.entered);
}

function overlapsOf(attempts: readonly Attempt[]): Overlap[] {
  return holdsByLock(attempts).flatMap((holds) => {
    const found: Overlap[] = [];
    let longest: Hold | undefined;
    for (const hold of holds) {
      if (validUntil(hold) <= hold.entered) continue;
      if (longest !== undefined && validUntil(longest) > hold.entered) {
        found.push({ older: longest, newer: hold, time: validUntil(longest) - hold.entered });
      }
      if (longest === undefined || validUntil(hold) > validUntil(longest)) longest = hold;
    }
    return found;
  });
}
