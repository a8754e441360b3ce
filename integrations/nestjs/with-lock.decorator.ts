/**
 * `@WithLock`: a method that runs under a lock.
 *
 * It wraps the method itself. A call goes guard > interceptor > pipe > *acquire* > handler, so what is refused by a guard or
 * a pipe never queues; providers are covered like controllers; and no execution context is needed, so it is the same under
 * HTTP, GraphQL, microservices, schedules and in a plain unit test.
 *
 * Invariant: every call of one instance uses one manager: the one Nest injected, or the process's when the application has
 * no `LockModule` or the instance was not made by Nest.
 */
import { Inject, Optional } from '@nestjs/common';
import { type AcquireOptions, type LockKey, LockManager, locks, type RunOptions, withLock } from '../../src/index.js';
import { checkOptions } from '../../src/options.js';
import { isObservable, observeUnderLock } from './observable.js';
import { type Method, standIn } from './stand-in.js';

/** Where Nest puts the manager on an instance. */
const MANAGER = Symbol('lockmeter.manager');

/**
 * The options of {@link WithLock}. `K` and `S` are the leading parameters of the method that the functions take.
 *
 * @example
 * const options: WithLockMethodOptions<[sku: string]> = { key: (sku) => sku, timeout: 5_000 };
 */
export interface WithLockMethodOptions<K extends unknown[] = unknown[], S extends unknown[] = unknown[]>
  extends Omit<AcquireOptions, 'signal'> {
  /** Which of the name's locks, from the call's arguments. Returning `undefined` is an error, not "no key". */
  key?: (...args: K) => LockKey;
  /** The signal that takes the call out of the queue, from its arguments. */
  signal?: (...args: S) => AbortSignal | undefined;
}

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
 * - A lock is not reentrant: a method that awaits another one under the same lock (and key) waits for itself.
 * - Write it *above* decorators whose work it should cover, such as `@Transactional()`.
 * - An instance that was made without Nest's injection uses the process's `locks`.
 *
 * The calls reject with `LockTimeoutError`, `LockQueueFullError`, `LockClosedError`, the signal's reason, a `TypeError` for a
 * key that is not a string or a finite number, or what the method throws. The label is `Class.method` unless one is given.
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
    const method = methodOf(descriptor, `@WithLock(${JSON.stringify(name)}) on ${title}`);
    checkOptions(options);
    const lock: Locking = { ...(options as WithLockMethodOptions), name, label: options.label ?? title };
    withLock(name, method, lock); // throws for what is not as it should be, before there is a call
    (descriptor as PropertyDescriptor).value = standIn(method, underLock(method, lock));
    if (typeof target === 'function') return; // a static method: nobody injects into a class
    Inject(LockManager)(target, MANAGER);
    Optional()(target, MANAGER);
  };
}

interface Locking extends WithLockMethodOptions {
  name: string;
}

function underLock(method: Method, { name, key, signal, timeout, maxQueue, label }: Locking): Method {
  return async function (this: unknown, ...args: unknown[]): Promise<unknown> {
    const manager = (this as { [MANAGER]?: LockManager } | undefined)?.[MANAGER] ?? locks;
    const options: RunOptions = { timeout, maxQueue, label, signal: signal?.(...args) };
    if (key !== undefined) options.key = key(...args);
    const result = await manager.run(name, () => method.apply(this, args), options);
    if (!isObservable(result)) return result;
    return observeUnderLock(result, options.signal, (body, left) =>
      manager.run(name, body, { ...options, signal: left }),
    );
  };
}

function methodOf(descriptor: unknown, where: string): Method {
  const { value } = (descriptor ?? {}) as PropertyDescriptor;
  if (typeof value === 'function') return value as Method;
  throw new TypeError(`${where}: it must be on a method, for it wraps the calls of one`);
}

/** `Class.method`. */
function titleOf(target: object, property: string | symbol | undefined): string {
  const type = typeof target === 'function' ? target : target.constructor;
  return property === undefined ? type.name : `${type.name}.${String(property)}`;
}
