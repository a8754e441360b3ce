/**
 * withLock: serialises any async function, whatever framework calls it.
 */
import { locks } from './default-manager.js';
import type { LockManager } from './lock-manager.js';
import type { RunOptions } from './lock-manager-options.js';
import {
  type AcquireOptions,
  checkAcquireOptions,
  checkBody,
  checkManager,
  checkName,
  checkNoOthers,
  checkOptions,
  isList,
  type LockKey,
} from './options.js';
import type { WantedLock } from './run-all.js';

/** The options of {@link withLock}. */
export interface WithLockOptions<A extends unknown[] = unknown[]> extends Omit<AcquireOptions, 'signal'> {
  /**
   * Which of the name's locks, from the call's arguments. Returning `undefined` is an error, not "no key"; an array is all of
   * these locks at once, as in `LockManager.runAll`.
   */
  key?: (...args: A) => LockKey | readonly LockKey[];
  /** The signal that takes the call out of the queue, from its arguments. */
  signal?: (...args: A) => AbortSignal | undefined;
  /** Default: the process's. */
  manager?: LockManager;
}

const OPTIONS = ['key', 'signal', 'timeout', 'maxQueue', 'label', 'manager'];

/**
 * Makes a function that runs `fn` under the lock `name`, one call at a time and in the order of the calls; with `key`, one
 * at a time per key. `this`, the arguments, and the function's name and length pass through. Its label is the function's name unless one is given.
 *
 * @throws TypeError, RangeError at once for bad options; the calls reject with what `Lock.run` rejects with.
 * @example
 * const checkout = withLock('cart', async (cartId: string) => { … }, { key: (cartId) => cartId, timeout: 5_000 });
 */
export function withLock<F extends (...args: never[]) => unknown>(
  name: string,
  fn: F,
  options: WithLockOptions<Parameters<F>> = {},
): (this: ThisParameterType<F>, ...args: Parameters<F>) => Promise<Awaited<ReturnType<F>>> {
  checkOptions(options);
  checkNoOthers(options, OPTIONS);
  const { key, signal, manager = locks, timeout, maxQueue, label = fn?.name } = options;
  checkName(name);
  checkBody(fn);
  checkManager(manager);
  if (key !== undefined) checkBody(key, 'key');
  if (signal !== undefined) checkBody(signal, 'signal');
  const who = label === '' ? undefined : label;
  checkAcquireOptions({ timeout, maxQueue, label: who });
  async function locked(this: ThisParameterType<F>, ...args: Parameters<F>): Promise<Awaited<ReturnType<F>>> {
    const body = () => fn.apply(this, args) as Awaited<ReturnType<F>>;
    const options: RunOptions = { timeout, maxQueue, label: who, signal: signal?.(...args) };
    if (key === undefined) return manager.run(name, body, options);
    const wanted = key(...args);
    if (isList(wanted)) {
      const all = wanted.map((each): WantedLock => [name, each]);
      return manager.runAll(all, body, options);
    }
    options.key = wanted;
    return manager.run(name, body, options);
  }
  // Callers look at these: Express at the length of a handler, BullMQ at a processor's.
  for (const property of ['name', 'length'] as const) {
    Object.defineProperty(locked, property, { value: fn[property], configurable: true });
  }
  return locked;
}
