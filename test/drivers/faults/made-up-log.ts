/**
 * Logs by hand, for the tests of the checks: attempts with the times that matter, and everything else left out.
 */
import { check, LIMITS } from '../../../examples/soak-redis/checker/check.js';
import type { Rule } from '../../../examples/soak-redis/checker/finding.js';
import type { Entry, EntryOf } from '../../../examples/soak-redis/log/entry.js';

/** One attempt; what is left out did not happen. Times in milliseconds. */
export interface MadeUp {
  readonly process?: string;
  readonly attempt?: string;
  readonly lock?: string;
  readonly invoke: number;
  readonly queued?: number;
  readonly granted?: number;
  readonly token?: number;
  readonly enter?: number;
  readonly deadline?: number;
  readonly lost?: number;
  readonly leave?: number;
  readonly failed?: { readonly at: number; readonly expected: boolean };
}

let last = 0;

/**
 * The lines of an attempt, in their order. An attempt that entered was granted when it did, if nothing else is said.
 */
export function attempt(made: MadeUp): Entry[] {
  const { process = 'p1', attempt = `a${++last}`, lock = 'stock', token = 0, deadline } = made;
  const { invoke, queued, enter, granted = enter, lost, leave, failed } = made;
  const who = { process, attempt, lock };
  const lines: (Entry | undefined)[] = [
    { type: 'invoke', at: invoke, ...who },
    queued === undefined ? undefined : { type: 'queued', at: queued, ...who },
    granted === undefined ? undefined : { type: 'granted', at: granted, token, deadline, ...who },
    enter === undefined ? undefined : { type: 'enter', at: enter, token, deadline, ...who },
    lost === undefined ? undefined : { type: 'lost', at: lost, cause: 'taken', deadline, ...who },
    leave === undefined ? undefined : { type: 'leave', at: leave, deadline, ...who },
    failed === undefined ? undefined : { type: 'failed', reason: 'Error: no', ...failed, ...who },
  ];
  return lines.filter((line) => line !== undefined);
}

/** A write as the resource judged it. */
export function judged(token: number, accepted: boolean, at = 0): EntryOf<'judged'> {
  return { type: 'judged', at, process: 'p1', attempt: `w${++last}`, lock: 'stock', token, accepted };
}

/** Which rules the log breaks, each as often as it does. */
export function broken(...log: (Entry | Entry[])[]): Rule[] {
  return check(log.flat(), LIMITS).findings.map(({ rule }) => rule);
}
