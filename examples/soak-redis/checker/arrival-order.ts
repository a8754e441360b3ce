/**
 * I4: turns go by arrival at the engine. Whoever was known to stand in the queue before somebody else even asked comes
 * before it, if both came to their turn.
 *
 * A waiter whose process was disturbed while it waited may have been passed over, and come back; and so may everybody
 * when the engine forgot the queue.
 */
import { byLock, type Granted, grantedOf } from '../log/history.js';
import { type Check, type Evidence, type Finding, nameOf } from './finding.js';

/** The check. */
export const arrivalOrder: Check = (evidence) =>
  byLock(grantedOf(evidence.attempts)).flatMap((attempts) => ofLock(attempts, evidence));

/** One that stood in the queue before it was granted. */
type Waiter = Granted & { readonly queued: number };

/**
 * Looks at each attempt in the order of asking, and remembers who has the largest token of those that stood there
 * already.
 */
function ofLock(attempts: readonly Granted[], { excuses }: Evidence): Finding[] {
  const waiters = attempts
    .filter((each): each is Waiter => each.queued !== undefined)
    .filter(({ process, invoked, granted }) => {
      return !excuses.disturbed(process, invoked, granted) && !excuses.stateLost(invoked, granted);
    })
    .sort((a, b) => a.queued - b.queued);
  const found: Finding[] = [];
  let next = 0;
  let last: Waiter | undefined;
  for (const attempt of attempts) {
    for (; next < waiters.length && waiters[next]!.queued < attempt.invoked; next++) {
      if (last === undefined || waiters[next]!.token > last.token) last = waiters[next]!;
    }
    if (last === undefined || last.token <= attempt.token) continue;
    const text = `${attempt.lock}: ${nameOf(attempt)} came before ${nameOf(last)}, which was there first`;
    found.push({ rule: 'I4', text });
  }
  return found;
}
