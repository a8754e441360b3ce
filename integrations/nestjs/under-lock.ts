/**
 * The call of a method under its lock.
 *
 * Invariant: the method runs once its lock, or all its locks, are held, and they are released when what it gave has ended:
 * a promise when it settles, an Observable with each subscription (observable.ts), anything else at once.
 */
import type { AcquireOptions, Hold, LockKey, LockManager } from '../../src/index.js';
import { isList } from '../../src/options.js';
import type { WithHold } from './current-hold.decorator.js';
import { managerOf } from './injected-manager.js';
import { isObservable, observeUnderLock } from './observable.js';
import type { Method } from './stand-in.js';

/** Which lock a method runs under, how long it waits and how it is called. Checked. */
export interface Locking extends Omit<AcquireOptions, 'signal'> {
  readonly name: string;
  readonly key?: (...args: unknown[]) => LockKey | readonly LockKey[];
  readonly signal?: (...args: unknown[]) => AbortSignal | undefined;
}

/**
 * A function that runs `method` under its lock, with the `this` and the arguments of its own call.
 *
 * @param withHold How the hold comes into these arguments, when the method wants it.
 */
export function underLock(method: Method, locking: Locking, withHold?: WithHold): Method {
  return async function (this: unknown, ...args: unknown[]): Promise<unknown> {
    const signal = locking.signal?.(...args);
    const run = runnerOf(managerOf(this), locking, args);
    const body =
      withHold === undefined
        ? () => method.apply(this, args)
        : (held: Held) => method.apply(this, withHold(args, held));
    const result = await run(body, signal);
    return isObservable(result) ? observeUnderLock(result, signal, run) : result;
  };
}

/** What a body is given: the hold, or an array of them when there are several keys. */
export type Held = Hold | readonly Hold[];

type Runner = <T>(body: (held: Held) => T | PromiseLike<T>, signal: AbortSignal | undefined) => Promise<T>;

/**
 * Runs bodies under the lock, or the locks, that a call with these arguments asks for. The options are written out: to spread
 * them costs more than the lock.
 */
function runnerOf(manager: LockManager, locking: Locking, args: unknown[]): Runner {
  const { name, timeout, maxQueue, label } = locking;
  if (locking.key === undefined) {
    return (body, signal) => manager.run(name, body, { timeout, maxQueue, label, signal });
  }
  const key = locking.key(...args);
  if (!isList(key)) return (body, signal) => manager.run(name, body, { timeout, maxQueue, label, signal, key });
  const wanted = key.map((each) => [name, each] as const);
  return (body, signal) => manager.runAll(wanted, body, { timeout, maxQueue, label, signal });
}
