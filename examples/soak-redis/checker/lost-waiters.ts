/**
 * I6: nobody is forgotten. Every attempt of a process that lives comes to its end, at most so long after everything was
 * healed; and none ends with an error that it did not ask for.
 */
import { entriesOf } from '../log/entry.js';
import { type Attempt } from '../log/history.js';
import { type Check, ms, nameOf } from './finding.js';

/** The check. */
export const lostWaiters: Check = ({ log, attempts, limits }) => {
  const healed = entriesOf(log, 'healed').at(-1)?.at ?? 0;
  return attempts.flatMap((attempt) => {
    const complaint = wrongWith(attempt, healed, limits.served);
    return complaint === undefined ? [] : [{ rule: 'I6', text: `${attempt.lock}: ${nameOf(attempt)} ${complaint}` }];
  });
};

function wrongWith(attempt: Attempt, healed: number, bound: number): string | undefined {
  const { invoked, granted, failed, died } = attempt;
  if (died !== undefined) return undefined;
  if (failed !== undefined && !failed.expected) return `failed: ${failed.reason}`;
  const end = failed?.at ?? granted;
  if (end === undefined) return 'was never served';
  const waited = end - Math.max(invoked, healed);
  return waited > bound ? `was served ${ms(waited)} after everything was healed` : undefined;
}
