/**
 * What a check has to say: nothing, when its invariant holds; otherwise where it does not, exactly enough to look it up
 * in the log.
 */
import type { Entry } from '../log/entry.js';
import type { Attempt, Excuses } from '../log/history.js';

/** The invariants, by the names under which the documentation of the checks lists them. */
export type Rule = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'quiet';

/** One breach of an invariant. */
export interface Finding {
  readonly rule: Rule;
  readonly text: string;
}

/** What there is to check: the log, and what was read from it once for all checks. */
export interface Evidence {
  readonly log: readonly Entry[];
  readonly attempts: readonly Attempt[];
  readonly excuses: Excuses;
  readonly limits: Limits;
}

/** What depends on the settings of a run. Milliseconds. */
export interface Limits {
  /** After everything is healed, everybody who waits is served in this time. */
  readonly served: number;
  /** How long an old holder may go on unknowing beside a new one, when nothing disturbed its process. */
  readonly doubleBelief: number;
}

/** One check. */
export type Check = (evidence: Evidence) => Finding[];

/** `p1 7 (token 17…)`, for findings. */
export function nameOf({ process, attempt, token }: Attempt): string {
  return `${process} ${attempt}${token === undefined ? '' : ` (token ${token})`}`;
}

/** `12.3 ms`. */
export function ms(time: number): string {
  return `${time.toFixed(1)} ms`;
}
