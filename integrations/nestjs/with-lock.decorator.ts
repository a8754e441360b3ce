/**
 * `@WithLock`: a method that runs under a lock.
 *
 * It wraps the method itself. A call goes guard > interceptor > pipe > *acquire* > handler, so what is refused by a guard or
 * a pipe never queues; providers are covered like controllers; and no execution context is needed, so it is the same under
 * HTTP, GraphQL, microservices, schedules and in a plain unit test.
 *
 * Invariant: a mistake in what it is given, or in what it is put on, is an error when the class is defined.
 */
import { type AcquireOptions, type LockKey, withLock } from '../../src/index.js';
import { checkNoOthers, checkOptions } from '../../src/options.js';
import { withHold } from './current-hold.decorator.js';
import { injectManager } from './injected-manager.js';
import { lockableMethod, titleOf } from './lockable-method.js';
import { type Method, standIn } from './stand-in.js';
import { type Locking, underLock } from './under-lock.js';

/**
 * The options of {@link WithLock}. `K` and `S` are the leading parameters of the method that the functions take.
 *
 * @example
 * const options: WithLockMethodOptions<[sku: string]> = { key: (sku) => sku, timeout: 5_000 };
 */
export interface WithLockMethodOptions<K extends unknown[] = unknown[], S extends unknown[] = unknown[]>
  extends Omit<AcquireOptions, 'signal'> {
  /**
   * Which of the name's locks, from the call's arguments. Returning `undefined` is an error, not "no key"; an array is all
   * of these locks at once, whatever order they are named in, as in `LockManager.runAll`.
   */
  key?: (...args: K) => LockKey | readonly LockKey[];
  /** The signal that takes the call out of the queue, from its arguments. */
  signal?: (...args: S) => AbortSignal | undefined;
}

const OPTIONS = ['key', 'signal', 'timeout', 'maxQueue', 'label'];

/** What the compiler shows when `key` or `signal` takes parameters that the method does not have. */
export interface NotTheParametersOfTheMethod<Method, Wanted> {
  readonly parametersOfTheMethod: Method;
  readonly parametersOfKeyOrSignal: Wanted;
}

/** A decorator for methods whose leading parameters are `K`, and `S`. */
export type WithLockDecorator<K extends unknown[], S extends unknown[]> = <M extends (...args: never[]) => unknown>(
  target: object,
  property: string | symbol,
  descriptor: Parameters<M> extends [...K, ...unknown[]]
    ? Parameters<M> extends [...S, ...unknown[]]
      ? TypedPropertyDescriptor<M>
      : NotTheParametersOfTheMethod<Parameters<M>, S>
    : NotTheParametersOfTheMethod<Parameters<M>, K>,
) => void;

/**
 * Runs a method of a controller or a provider under the lock `name`: one call at a time in the order of the calls, and with
 * `key`, one at a time per key. Arguments, `this`, errors and the metadata of other decorators pass through; it may stand
 * above or below `@Get()` and the like. Give `key` and `signal` typed parameters: the compiler checks them against the
 * method's.
 *
 * - The method returns a promise afterwards, whatever it returned before: declare it `async`.
 * - When it returns an Observable (`@Sse()`), the method runs under the lock, and then each subscription does again, from
 *   its subscribe to its end. Called by your own code, such a method gives a promise of the Observable.
 * - A parameter with {@link CurrentHold} gets the hold.
 * - A lock is not reentrant: a method that awaits another one under the same lock (and key) waits for itself.
 * - Write it *above* decorators whose work it should cover, such as `@Transactional()`.
 * - An instance that was made without Nest's injection uses the process's `locks`.
 *
 * The calls reject with `LockTimeoutError`, `LockQueueFullError`, `LockClosedError`, `LockDeadlockError` (with
 * `deadlocks: 'throw'`), the signal's reason, a `TypeError` for a key that is not a string or a finite number, or what the
 * method throws. The label is `Class.method` unless one is given.
 *
 * @throws TypeError, RangeError when the class is defined: for bad options, or something that is not a method.
 * @example
 * class Inventory { @WithLock('inventory', { key: (sku: string) => sku }) async reserve(sku: string) { … } }
 */
export function WithLock<K extends unknown[] = [], S extends unknown[] = []>(
  name: string,
  options: WithLockMethodOptions<K, S> = {},
): WithLockDecorator<K, S> {
  return (target, property, descriptor: unknown) => {
    const title = titleOf(target, property);
    const where = `@WithLock(${JSON.stringify(name)}) on ${title}`;
    const method = lockableMethod(property, descriptor, where);
    const locking = checkedLocking(name, method, options as WithLockMethodOptions, where);
    const wrapper = underLock(method, { ...locking, label: locking.label ?? title }, withHold(target, property, name));
    (descriptor as PropertyDescriptor).value = standIn(method, wrapper);
    injectManager(target);
  };
}

/** What is wrong with a call's options is wrong with every call: it is said here, before there is one. */
function checkedLocking(name: string, method: Method, options: WithLockMethodOptions, where: string): Locking {
  try {
    checkOptions(options);
    checkNoOthers(options, OPTIONS);
    withLock(name, method, options);
    return { name, ...options };
  } catch (error) {
    if (error instanceof Error) error.message = `${where}: ${error.message}`;
    throw error;
  }
}
