/**
 * withLock: serialises any async function, whatever framework calls it.
 */
import { locks } from './default-manager.js';
import type { LockManager } from './lock-manager.js';
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
  checkNoOthers(options, OPTIONS);
  const { key, signal, manager = locks, timeout, maxQueue, label = fn?.name } = options;
  checkName(name);
  checkBody(fn);
  checkManager(manager);
  if (key !== undefined) checkBody(key, 'key');
  if (signal !== undefined) checkBody(signal, 'signal');
  const fixed: AcquireOptions = { timeout, maxQueue, label: label === '' ? undefined : label };
  checkAcquireOptions(fixed);
  return async function locked(...args): Promise<Awaited<ReturnType<F>>> {
    const body = () => fn.apply(this, args) as Awaited<ReturnType<F>>;
    const options: AcquireOptions = { ...fixed, signal: signal?.(...args) };
    if (key === undefined) return manager.run(name, body, options);
    const wanted = key(...args);
    if (!isList(wanted)) return manager.run(name, body, { ...options, key: wanted });
    return manager.runAll(
      wanted.map((each) => [name, each]),
      body,
      options,
    );
  };
}
