/**
 * The equations that tie together what the customers saw, what the server saw and what the lock counted. Each is exact; a
 * soak passes when all of them hold.
 *
 * A customer who hangs up does not know how far its request came: perhaps the server never saw it, perhaps it was served and
 * the answer crossed the goodbye. So these visits are looked up in the server's ledger, and everything else is compared with
 * what the customers say. One whose turn comes in the very moment in which its connection breaks may count as acquired or as
 * aborted; its handler does not run in either case. Hence only the sum of the two is compared.
 */
import type { LockSnapshot } from 'lockmeter';
import type { Ending } from './customers.js';
import type { Ledger } from './ledger.js';
import type { SocketListeners } from './socket-listeners.js';

/** One equation. */
export interface Verdict {
  readonly claim: string;
  readonly expected: number;
  readonly found: number;
}

/** Whether it does not hold. */
export function violated({ expected, found }: Verdict): boolean {
  return expected !== found;
}

/** All equations, with what came of them. */
export function judge(
  ledger: Ledger,
  endings: readonly Ending[],
  lock: LockSnapshot,
  sockets: SocketListeners,
): Verdict[] {
  const { seen, entered, refused, visits } = ledger;
  const all = visits.map(({ number }) => number);
  const enteredOnes = new Set(entered);
  const ended = (...how: Ending[]): number[] => all.filter((visit) => how.includes(endings[visit]!));
  const count = (some: number[], test: (visit: number) => boolean): number => some.filter(test).length;
  const neither = count(seen, (visit) => !enteredOnes.has(visit) && !refused.has(visit));
  const { acquired, timeout, aborted, rejected, busy, error } = lock.outcomes;
  const claim = (text: string, found: number, expected = 0): Verdict => ({ claim: text, expected, found });
  return [
    claim('two inside at once', ledger.overlaps),
    claim('served before somebody who came earlier', ledger.inversions()),
    claim('locks still held', lock.held),
    claim('waiters left behind', lock.queueDepth),
    claim('listeners left on sockets', sockets.left()),
    claim('visits that failed', ended('failed').length),
    claim('served + refused + left = sent', ended('served', 'refused', 'left').length, visits.length),
    claim('seen more than once', seen.length - new Set(seen).size),
    claim('entered more than once', entered.length - enteredOnes.size),
    claim(
      'served, but never entered',
      count(ended('served'), (visit) => !enteredOnes.has(visit)),
    ),
    claim(
      'told to come again, and entered',
      count([...refused], (visit) => enteredOnes.has(visit)),
    ),
    claim(
      'entered, not told so, and did not leave',
      count(entered, (visit) => !['served', 'left'].includes(endings[visit]!)),
    ),
    claim(
      'neither entered nor refused, and did not leave',
      count(seen, (visit) => !enteredOnes.has(visit) && !refused.has(visit) && endings[visit] !== 'left'),
    ),
    claim('attempts = visits that the server saw', acquired + timeout + aborted + rejected + busy + error, seen.length),
    claim('timeouts = visits answered with 503', timeout, refused.size),
    claim(
      'timeouts = refused + left before they read the 503',
      timeout,
      ended('refused').length + count(ended('left'), (visit) => refused.has(visit)),
    ),
    claim('acquired + aborted = seen, not answered with 503', acquired + aborted, seen.length - refused.size),
    claim(
      'acquired + aborted = served + left inside + left before',
      acquired + aborted,
      ended('served').length + count(ended('left'), (visit) => enteredOnes.has(visit)) + neither,
    ),
    claim('handlers that ran without the lock', Math.max(0, enteredOnes.size - acquired)),
    claim('acquired, not entered, and nobody had left', Math.max(0, acquired - enteredOnes.size - neither)),
    claim(
      'abandoned = handlers that never answered',
      lock.abandoned,
      count(entered, (visit) => visits[visit]!.forgotten),
    ),
    claim('rejected, busy or error', rejected + busy + error),
    claim('waits timed = attempts', lock.wait.count, seen.length),
    claim('holds timed = acquired', lock.hold.count, acquired),
  ];
}
