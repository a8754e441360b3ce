/**
 * What a LockManager can be told.
 */

import type { LockDriver } from './drivers/driver.js';
import {
  type AcquireOptions,
  checkMaxQueue,
  checkNoOthers,
  checkOneOf,
  checkOptions,
  checkTimeout,
  type LockKey,
  type LockOptions,
  show,
} from './options.js';
import type { StatsRegistry } from './stats-registry.js';

/** The options of a {@link LockManager}: the defaults of every attempt that gives none. */
export interface LockManagerOptions extends LockOptions {
  /** Milliseconds an attempt waits at most. Default: `Infinity`. */
  timeout?: number;
  /**
   * What happens when holders are found to wait for one another in a circle. `'report'` (default) counts and says it, in a
   * warning, on spans, to `watch({ onDeadlock })`; `'throw'` also rejects the attempt that closed the circle with
   * `LockDeadlockError`, if each holder in it is proven to await its wait; `'off'` does not look. Looking costs an
   * `AsyncLocalStorage`.
   */
  deadlocks?: 'report' | 'throw' | 'off';
  /**
   * Where the locks are, for several processes to share them: `redisDriver()` of `lockmeter/redis`. Default: in this process. The
   * manager closes it when it is closed.
   */
  driver?: LockDriver;
  /**
   * Whether those who wait in other processes are told which span the holder's is, so that their `lock.wait` links to it. It
   * costs a request for each hold that has a sampled span. Default: no.
   */
  storeTraceparent?: boolean;
  /** Where its numbers are kept. Default: the process's, which `collectLockMetrics()` exports. */
  stats?: StatsRegistry;
}

/** The options of {@link LockManager.run}. */
export interface RunOptions extends AcquireOptions {
  /** Which of the name's locks. Unbounded and never a metric label. A key of `undefined` is an error, not "no key". */
  key?: LockKey;
}

/** The options of {@link LockManager.close}. */
export interface CloseOptions {
  /** Whether those who wait fail at once with `LockClosedError` instead of getting their turn. Default: no. */
  reject?: boolean;
}

const OPTIONS = ['timeout', 'maxQueue', 'stats', 'deadlocks', 'driver', 'storeTraceparent'];

export function checkManagerOptions(options: LockManagerOptions): void {
  checkOptions(options);
  checkNoOthers(options, OPTIONS);
  const { timeout, maxQueue, stats, deadlocks, driver, storeTraceparent } = options;
  if (timeout !== undefined) checkTimeout(timeout);
  if (maxQueue !== undefined) checkMaxQueue(maxQueue);
  if (deadlocks !== undefined) checkOneOf(deadlocks, ['report', 'throw', 'off'], 'deadlocks');
  if (stats !== undefined && typeof stats?.for !== 'function') {
    throw new TypeError(`stats must be a StatsRegistry, got ${show(stats)}`);
  }
  if (driver !== undefined) checkDriver(driver);
  if (storeTraceparent !== undefined && typeof storeTraceparent !== 'boolean') {
    throw new TypeError(`storeTraceparent must be true or false, got ${show(storeTraceparent)}`);
  }
}

/** An attempt with nothing but a key takes the lock's shortest way. */
export function givesMoreThanKey({ timeout, signal, label, maxQueue }: RunOptions): boolean {
  return timeout !== undefined || signal !== undefined || label !== undefined || maxQueue !== undefined;
}

export function checkDriver(driver: unknown): asserts driver is LockDriver {
  if (typeof (driver as Partial<LockDriver> | null | undefined)?.acquire === 'function') return;
  throw new TypeError(`driver must be a LockDriver, such as redisDriver() makes, got ${show(driver)}`);
}

/** Whether those who wait are to fail. */
export function checkCloseOptions(options: CloseOptions): boolean {
  checkOptions(options);
  const { reject = false } = options;
  if (typeof reject !== 'boolean') throw new TypeError(`reject must be true or false, got ${show(reject)}`);
  return reject;
}

/** A lock that is here and at the driver would be two. */
export function checkUnused(driver: LockDriver | undefined, lock: string | undefined): void {
  if (driver === undefined && lock === undefined) return;
  const why = driver === undefined ? `lock ${show(lock)} was asked for already` : 'there is a driver already';
  throw new Error(`use() must come once, and before the first lock, or there would be two of its name: ${why}`);
}
