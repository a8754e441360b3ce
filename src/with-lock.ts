/**
 * withLock: serialises any async function, whatever framework calls it.
 */
import { locks } from './default-manager.js';
import type { LockKey, LockManager, RunOptions } from './lock-manager.js';
import {
  type AcquireOptions,
  checkAcquireOptions,
  checkBody,
  checkManager,
  checkName,
  checkOptions,
} from './options.js';

/** The options of {@link withLock}. */
export interface WithLockOptions<A extends unknown[] = unknown[]> extends Omit<AcquireOptions, 'signal'> {
  /** Which of the name's locks, from the call's arguments. Returning `undefined` is an error, not "no key". */
  key?: (...args: A) => LockKey;
  /** The signal that takes the call out of the queue, from its arguments. */
  signal?: (...args: A) => AbortSignal | undefined;
  /** Default: the process's. */
  manager?: LockManager;
}

/**
 * Makes a function that runs `fn` under the lock `name`, one call at a time and in the order of the calls; with `key`, one
 * at a time per key. `this` and the arguments pass through. Its label is the function's name unless one is given.
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
  const { key, signal, manager = locks, timeout, maxQueue, label = fn?.name } = options;
  checkName(name);
  checkBody(fn);
  checkManager(manager);
  if (key !== undefined) checkBody(key, 'key');
  if (signal !== undefined) checkBody(signal, 'signal');
  const fixed: AcquireOptions = { timeout, maxQueue, label: label === '' ? undefined : label };
  checkAcquireOptions(fixed);
  return async function locked(...args): Promise<Awaited<ReturnType<F>>> {
    const options: RunOptions = { ...fixed, signal: signal?.(...args) };
    if (key !== undefined) options.key = key(...args);
    return manager.run(name, () => fn.apply(this, args) as Awaited<ReturnType<F>>, options);
  };
}
