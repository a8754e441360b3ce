/**
 * What a refused client is told to wait: the one estimate behind every `Retry-After` header, whatever the framework.
 *
 * Invariant: a whole number of seconds from 1 to {@link RETRY_AFTER_MAX_SECONDS}, for whatever numbers it is made of.
 */
import type { LockError, LockManager } from '../src/index.js';
import { isOutage } from './refusal.js';

/** The longest wait a client is told, in seconds: an estimate from a queue is worth little beyond a minute. */
export const RETRY_AFTER_MAX_SECONDS = 60;

/** The holds of one lock name so far: how many have ended, and their durations added up, in milliseconds. */
export interface EndedHolds {
  readonly count: number;
  readonly sum: number;
}

/**
 * Seconds after which the line that refused this attempt has probably moved on: its depth times the mean hold, and for the
 * hold in progress as long as it has lasted already, or the mean if that is more. In an outage of the engine nothing moves: as
 * long as that has lasted already. Whole, from 1 to 60. Never throws.
 *
 * @param manager Who knows since when the engine does not answer.
 * @example
 * response.setHeader('Retry-After', String(retryAfterSeconds(error, lock.stats.hold, manager)));
 */
export function retryAfterSeconds(
  error: LockError,
  holds: EndedHolds = { count: 0, sum: 0 },
  manager?: Pick<LockManager, 'health'>,
): number {
  const estimate = isOutage(error) ? outageSoFar(manager) : untilItsTurn(error, holds);
  return Math.min(RETRY_AFTER_MAX_SECONDS, Math.max(1, Math.ceil(estimate / 1e3)));
}

function untilItsTurn({ queueDepth, ahead = 0, holderAge = 0 }: LockError, { count, sum }: EndedHolds): number {
  const mean = count === 0 ? 0 : sum / count;
  return Math.max(queueDepth, ahead) * mean + Math.max(mean, holderAge);
}

/** Milliseconds; 0 when it is over, or nothing was noticed of it. */
function outageSoFar(manager: Pick<LockManager, 'health'> | undefined): number {
  const health = manager?.health();
  return health === undefined || health.state === 'ready' ? 0 : Date.now() - health.since;
}
