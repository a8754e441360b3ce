/**
 * How it stands with what keeps the locks, as a readiness probe asks.
 */
import type { DriverHealth, LockDriver } from './drivers/driver.js';
import type { Backend } from './stats.js';

/**
 * What `LockManager.health()` returns.
 *
 * @example
 * const { state, error }: LockHealth = locks.health();
 */
export interface LockHealth extends DriverHealth {
  readonly backend: Backend;
  /** The message of `error`, which as JSON says nothing. */
  readonly reason?: string;
}

/** Memory was there before anybody could ask. */
const MEMORY: LockHealth = Object.freeze({ backend: 'memory', state: 'ready', since: Date.now() });

export function healthOf(driver: LockDriver | undefined): LockHealth {
  if (driver === undefined) return MEMORY;
  const health = driver.health();
  return { backend: driver.kind, ...health, reason: health.error?.message };
}
