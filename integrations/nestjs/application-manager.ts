/**
 * The manager of an application: which one it is, and what becomes of it when the application ends.
 *
 * Invariants: an application that is given no option shares the locks of the process, which outlive it: they are never
 * closed. With any option it has a manager of its own, and only that one is closed, by the application that made it.
 */
import { LockManager, type LockManagerOptions, locks } from '../../src/index.js';
import { checkNoOthers, checkOneOf, checkOptions } from '../../src/options.js';

/**
 * What happens to those who wait when the application shuts down: `'drain'` lets them have their turn, `'reject'` fails them
 * with `LockClosedError`.
 *
 * @example
 * const shutdown: LockShutdown = process.env.NODE_ENV === 'production' ? 'drain' : 'reject';
 */
export type LockShutdown = 'drain' | 'reject';

/**
 * The options of an application's locks: the defaults of every attempt that gives none, and how they end.
 *
 * @example
 * const options: ApplicationLockOptions = { timeout: 5_000, shutdown: 'reject' }; // timeout in ms
 */
export interface ApplicationLockOptions extends LockManagerOptions {
  /** What `app.close()` does with those who wait. Holds are waited for either way. Default: `'drain'`. */
  shutdown?: LockShutdown;
}

/** A record, so that the compiler misses an option that is not here. */
const OPTIONS: Record<keyof ApplicationLockOptions, true> = {
  timeout: true,
  maxQueue: true,
  stats: true,
  deadlocks: true,
  driver: true,
  storeTraceparent: true,
  shutdown: true,
};

/** The managers that were made here, as opposed to given: those to close, and how. */
const made = new WeakMap<LockManager, LockShutdown>();

/**
 * The manager for these options.
 *
 * @throws TypeError, RangeError when one is not known or not what it should be.
 */
export function managerFor(options: ApplicationLockOptions): LockManager {
  checkOptions(options);
  checkNoOthers(options, Object.keys(OPTIONS));
  if (Object.values(options).every((value) => value === undefined)) return locks;
  const { shutdown = 'drain', ...rest } = options;
  checkOneOf(shutdown, ['drain', 'reject'], 'shutdown');
  const manager = new LockManager(rest);
  made.set(manager, shutdown);
  return manager;
}

/** How this manager is to be closed; `undefined` for one that is not the application's own, and so is not. */
export function shutdownOf(manager: LockManager): LockShutdown | undefined {
  return made.get(manager);
}
