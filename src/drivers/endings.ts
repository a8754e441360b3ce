/**
 * What the words of a driver are to whoever asked, and to the numbers: why there is no grant, and why there is one no more.
 */
import {
  LockClosedError,
  type LockError,
  LockQueueFullError,
  type LockSituation,
  LockTimeoutError,
} from '../errors.js';
import type { LockStats, Outcome } from '../stats.js';
import type { DriverRefusal, LossCause } from './driver.js';

type Refused = DriverRefusal['refused'];

export function outcomeOf(refused: Refused): Outcome {
  return refused === 'busy' ? 'busy' : 'rejected';
}

/** @param maxQueue The longest line that it would have joined. */
export function refusalError(refused: Refused, situation: LockSituation, maxQueue: number | undefined): LockError {
  if (refused === 'closed') return new LockClosedError(situation);
  return refused === 'full' ? new LockQueueFullError(situation, maxQueue!) : new LockTimeoutError(situation, 0);
}

/** A limit that was set, or a driver that was closed on purpose, is no lease that was lost. */
export function countLoss(stats: LockStats, cause: LossCause): void {
  if (cause === 'max-hold') stats.forcedReleases.max_hold++;
  else if (cause === 'closed') stats.forcedReleases.closed++;
  else stats.leaseLost++;
}
