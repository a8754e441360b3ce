/**
 * What a lock at a driver looks like, for errors and snapshots: what this process knows, and what the engine said last of those
 * in the way.
 */
import { now } from '../clock.js';
import type { LockSituation } from '../lock-error.js';
import type { DriverHealth } from './driver.js';
import type { LeasedHold } from './leased-hold.js';
import { processName } from './this-process.js';

/** @param waiter Who was told; nobody while this process holds. */
export function asTold(here: LockSituation, waiter: LeasedHold | undefined, health: DriverHealth): LockSituation {
  const engineError = health.state === 'ready' ? undefined : health.error;
  const { place, heard = 0 } = waiter ?? {};
  if (place === undefined) return { ...here, untold: here.holderAge === undefined, engineError };
  const { ahead, holder } = place;
  if (holder === undefined) return { ...here, ahead, engineError };
  const holderAge = holder.age + now() - heard;
  return { ...here, holderLabel: holder.label, holderAge, holderProcess: processName(holder), ahead, engineError };
}

/** The waiter that was told last. */
export function lastTold(waiters: Iterable<LeasedHold>): LeasedHold | undefined {
  let last: LeasedHold | undefined;
  for (const waiter of waiters) if (waiter.place !== undefined && waiter.heard >= (last?.heard ?? 0)) last = waiter;
  return last;
}
