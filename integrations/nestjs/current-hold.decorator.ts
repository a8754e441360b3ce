/**
 * `@CurrentHold`: the parameter in which a method under a lock gets its hold.
 *
 * It is `@WithLock` that fills it, not Nest, which calls methods of controllers and no others; so it works wherever the lock does.
 * Which parameters those are is known when the class is defined, for decorators of parameters run before those of their method.
 *
 * Invariant: a method without such a parameter is called with the very arguments of its caller.
 */
import { checkName } from '../../src/options.js';
import { titleOf } from './lockable-method.js';
import type { Held } from './under-lock.js';

/** A parameter, and the name of the lock whose hold it gets; `undefined` for any. */
interface HoldParameter {
  readonly index: number;
  readonly lock: string | undefined;
}

/** By the class (its prototype) and the method. */
const parameters = new WeakMap<object, Map<string | symbol, HoldParameter[]>>();

/**
 * The parameter of a `@WithLock` method that gets the hold: its `signal` aborts when the lock is lost, and its `fencingToken` goes
 * with what is written under it. With a `key` that gives several keys it gets an array of holds, in their order. Put it last and
 * make it optional, for whoever calls the method gives no hold. Below several `@WithLock`s it gets the hold of the lowest; with a
 * name, that of the lock of this name.
 *
 * @throws TypeError when the class is defined: on a parameter of a constructor, or for a name that is empty or not a string.
 * @example
 * class Stock {
 *   @WithLock('stock', { key: (sku: string) => sku })
 *   async set(sku: string, count: number, @CurrentHold() hold?: Hold) { await write(sku, count, hold!.fencingToken); }
 * }
 */
export function CurrentHold(lock?: string): ParameterDecorator {
  if (lock !== undefined) checkName(lock);
  return (target, method, index) => {
    if (method === undefined) {
      throw new TypeError(`@CurrentHold() on ${titleOf(target, method)}: a constructor does not run under a lock`);
    }
    const ofClass = parameters.get(target) ?? new Map<string | symbol, HoldParameter[]>();
    parameters.set(target, ofClass.set(method, [...(ofClass.get(method) ?? []), { index, lock }]));
  };
}

/** What a method is called with under a lock. */
export type WithHold = (args: unknown[], held: Held) => unknown[];

/** How `held` comes into the arguments of this method, which the lock `name` is put on; `undefined` when it does not. */
export function withHold(target: object, method: string | symbol, name: string): WithHold | undefined {
  const wanted =
    parameters
      .get(target)
      ?.get(method)
      ?.filter(({ lock }) => lock === undefined || lock === name) ?? [];
  if (wanted.length === 0) return undefined;
  return (args, held) => {
    const filled = [...args];
    for (const { index } of wanted) filled[index] = held;
    return filled;
  };
}
