/**
 * What a refused client is told to wait: the one estimate behind every `Retry-After` header, whatever the framework.
 *
 * Invariant: a whole number of seconds from 1 to {@link RETRY_AFTER_MAX_SECONDS}, for whatever numbers it is made of. It
 * reads the numbers of one name only: refusals come in storms, and a snapshot of all locks would cost more than the lock.
 */
import type { LockError, LockManager } from '../src/index.js';

/** The longest wait a client is told, in seconds: an estimate from a queue is worth little beyond a minute. */
export const RETRY_AFTER_MAX_SECONDS = 60;

/**
 * Seconds after which the line that refused this attempt has probably moved on: its depth times the mean hold, and for the
 * hold in progress as long as it has lasted already, or the mean if that is more. Whole, from 1 to 60. Never throws.
 *
 * @example
 * response.setHeader('Retry-After', String(retryAfterSeconds(error, locks)));
 */
export function retryAfterSeconds(error: LockError, manager: LockManager): number {
  const mean = meanHold(error.lock, manager);
  const estimate = error.queueDepth * mean + Math.max(mean, error.holderAge ?? 0);
  return Math.min(RETRY_AFTER_MAX_SECONDS, Math.max(1, Math.ceil(estimate / 1e3)));
}

/** Milliseconds; 0 while no hold of this name has ended. */
function meanHold(name: string, manager: LockManager): number {
  for (const { name: known, hold } of manager.stats.all()) {
    if (known === name) return hold.count === 0 ? 0 : hold.sum / hold.count;
  }
  return 0;
}
