/**
 * Holders that wait for one another, for the tests of deadlocks.
 */
import type { LockManager } from 'lockmeter';
import { deferred } from '../support/deferred.js';

/**
 * Holders of each of these locks, all of which ask for the next one's when all are in. Each resolves to what it got, or
 * rejects with what it was refused with.
 */
export function inCircle(manager: LockManager, names: readonly string[]): Promise<string>[] {
  const allIn = deferred();
  let inside = 0;
  return names.map((name, i) => {
    const next = names[(i + 1) % names.length]!;
    const body = async (): Promise<string> => {
      if (++inside === names.length) allIn.resolve();
      await allIn.promise;
      return manager.run(next, () => `${name} has ${next}`, { label: `${name} to ${next}` });
    };
    return manager.run(name, body, { label: `holder of ${name}` });
  });
}

/** A macrotask later: what was awaited is, and whoever looks for that has looked. */
export function later(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
