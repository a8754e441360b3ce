/**
 * What a refused client is told to wait: the one estimate behind every `Retry-After` header, whatever the framework.
 *
 * Invariant: a whole number of seconds from 1 to {@link RETRY_AFTER_MAX_SECONDS}, for whatever numbers it is made of.
 */
import type { LockError } from '../src/index.js';

/** The longest wait a client is told, in seconds: an estimate from a queue is worth little beyond a minute. */
export const RETRY_AFTER_MAX_SECONDS = 60;

/** The holds of one lock name so far: how many have ended, and their durations added up, in milliseconds. */
export interface EndedHolds {
  readonly count: number;
  readonly sum: number;
}

/**
 * Seconds after which the line that refused this attempt has probably moved on: its depth times the mean hold, and for the
 * hold in progress as long as it has lasted already, or the mean if that is more. Whole, from 1 to 60. Never throws.
 *
 * @example
 * response.setHeader('Retry-After', String(retryAfterSeconds(error, lock.stats.hold)));
 */
export function retryAfterSeconds(error: LockError, { count, sum }: EndedHolds = { count: 0, sum: 0 }): number {
  const mean = count === 0 ? 0 : sum / count;
  const waiting = Math.max(error.queueDepth, error.ahead ?? 0);
  const estimate = waiting * mean + Math.max(mean, error.holderAge ?? 0);
  return Math.min(RETRY_AFTER_MAX_SECONDS, Math.max(1, Math.ceil(estimate / 1e3)));
}
