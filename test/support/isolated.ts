/**
 * Locks with numbers of their own, so that no test sees what another one counted.
 */
import { type Lock, LockManager, type LockManagerOptions, type LockSnapshot, StatsRegistry } from 'lockmeter';

/** A manager that shares nothing with the process. */
export function isolatedManager(options: LockManagerOptions = {}): LockManager {
  return new LockManager({ stats: new StatsRegistry(), ...options });
}

/** A manager and the lock without a key of one of its names. */
export function isolatedLock(
  options: LockManagerOptions = {},
  name = 'inventory',
): { manager: LockManager; lock: Lock } {
  const manager = isolatedManager(options);
  return { manager, lock: manager.lock(name) };
}

/** The numbers of one name. */
export function numbersOf(manager: LockManager, name = 'inventory'): LockSnapshot {
  const found = manager.snapshot().locks.find((lock) => lock.name === name);
  if (found === undefined) throw new Error(`no numbers for ${name}`);
  return found;
}
