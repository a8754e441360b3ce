/**
 * The call of a method under its lock.
 *
 * Invariant: the method runs once its lock, or all its locks, are held, and they are released when what it gave has ended:
 * a promise when it settles, an Observable with each subscription (observable.ts), anything else at once.
 */
import type { AcquireOptions, LockKey, LockManager } from '../../src/index.js';
import { isList } from '../../src/options.js';
import { managerOf } from './injected-manager.js';
import { isObservable, observeUnderLock } from './observable.js';
import type { Method } from './stand-in.js';

/** Which lock a method runs under, how long it waits and how it is called. Checked. */
export interface Locking extends Omit<AcquireOptions, 'signal'> {
  readonly name: string;
  readonly key?: (...args: unknown[]) => LockKey | readonly LockKey[];
  readonly signal?: (...args: unknown[]) => AbortSignal | undefined;
}

/** A function that runs `method` under its lock, with the `this` and the arguments of its own call. */
export function underLock(method: Method, { name, key, signal, timeout, maxQueue, label }: Locking): Method {
  return async function (this: unknown, ...args: unknown[]): Promise<unknown> {
    const options: AcquireOptions = { timeout, maxQueue, label, signal: signal?.(...args) };
    const run = runnerOf(managerOf(this), name, key && [key(...args)]);
    const result = await run(() => method.apply(this, args), options);
    if (!isObservable(result)) return result;
    return observeUnderLock(result, options.signal, (body, left) => run(body, { ...options, signal: left }));
  };
}

type Runner = <T>(body: () => T | PromiseLike<T>, options: AcquireOptions) => Promise<T>;

/** @param asked What the key function returned, in an array of its own: `undefined` is a mistake, having none is not. */
function runnerOf(manager: LockManager, name: string, asked: [LockKey | readonly LockKey[]] | undefined): Runner {
  if (asked === undefined) return (body, options) => manager.run(name, body, options);
  const [key] = asked;
  if (!isList(key)) return (body, options) => manager.run(name, body, { ...options, key });
  const wanted = key.map((each) => [name, each] as const);
  return (body, options) => manager.runAll(wanted, body, options);
}
