/**
 * All checks, over one log.
 *
 * | | invariant |
 * |---|---|
 * | I1 | no two valid holds of a lock overlap |
 * | I2 | tokens grow in the order of entering, none comes twice |
 * | I3 | no stale write is accepted |
 * | I4 | turns go by arrival |
 * | I5 | tokens respect real time |
 * | I6 | every waiter that lives is served |
 * | I7 | a holder learns of its loss before anybody else enters |
 * | I8 | nothing is left behind |
 * | I9 | undisturbed waiters are woken, and need not ask |
 */
import { type Entry, entriesOf } from '../log/entry.js';
import { attemptsOf, Excuses } from '../log/history.js';
import { arrivalOrder } from './arrival-order.js';
import { complaints } from './complaints.js';
import { doubleBelief, doubleBeliefs } from './double-belief.js';
import type { Evidence, Finding, Limits } from './finding.js';
import { leftovers } from './leftovers.js';
import { lostWaiters } from './lost-waiters.js';
import { missedWakes } from './missed-wakes.js';
import { excusedOverlaps, overlaps } from './overlaps.js';
import { realTimeOrder } from './real-time-order.js';
import { staleWrites } from './stale-writes.js';
import { tokens } from './tokens.js';

const CHECKS = [
  overlaps,
  tokens,
  staleWrites,
  arrivalOrder,
  realTimeOrder,
  lostWaiters,
  doubleBelief,
  leftovers,
  missedWakes,
  complaints,
];

/** What the checks found, and how much there was to find it in. Times in milliseconds. */
export interface Judgement {
  readonly findings: readonly Finding[];
  readonly attempts: number;
  readonly holds: number;
  readonly lost: number;
  readonly acceptedWrites: number;
  /** Stale ones that the resource has turned away. */
  readonly rejectedWrites: number;
  readonly missedWakes: number;
  /** Overlaps of valid holds after the engine lost its state. */
  readonly excusedOverlaps: number;
  /** The longest time for which an old holder did not know of a new one, with a good excuse or without. */
  readonly longestDoubleBelief: number;
}

/** Limits that hold for leases of a second or so on a busy machine. */
export const LIMITS: Limits = { served: 10_000, doubleBelief: 50 };

/** Judges a log. */
export function check(log: readonly Entry[], limits: Limits = LIMITS): Judgement {
  const attempts = attemptsOf(log);
  const excuses = new Excuses(log);
  const evidence: Evidence = { log, attempts, excuses, limits };
  const writes = entriesOf(log, 'judged');
  const accepted = writes.filter((write) => write.accepted).length;
  return {
    findings: CHECKS.flatMap((check) => check(evidence)),
    attempts: attempts.length,
    holds: attempts.filter(({ entered }) => entered !== undefined).length,
    lost: attempts.filter(({ told }) => told !== undefined).length,
    acceptedWrites: accepted,
    rejectedWrites: writes.length - accepted,
    missedWakes: entriesOf(log, 'missed-wake').length,
    excusedOverlaps: excusedOverlaps(attempts, excuses),
    longestDoubleBelief: Math.max(0, ...doubleBeliefs(attempts, excuses).map(({ time }) => time)),
  };
}
