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
}

/** Memory was there before anybody could ask. */
const MEMORY: LockHealth = Object.freeze({ backend: 'memory', state: 'ready', since: Date.now() });

export function healthOf(driver: LockDriver | undefined): LockHealth {
  return driver === undefined ? MEMORY : { backend: driver.kind, ...driver.health() };
}
