/**
 * The three ways from `run()` to its body. They differ in cost only: whoever finds the lock free and has nothing to carry pays
 * for nothing else.
 *
 * Invariant: the body starts in its caller's async context, and its hold ends when it has ended, in whichever way.
 */
import { now } from './clock.js';
import { Hold } from './hold.js';
import type { LockState } from './lock-state.js';

type Body<T> = (hold: Hold) => T | PromiseLike<T>;

/** The commonest case: the lock is free. Without the generator of an async function; its closures have only `hold`. */
export function runNow<T>(fn: Body<T>, hold: Hold): Promise<T> {
  hold.owner.take(hold);
  try {
    return Promise.resolve(enter(fn, hold)).then(
      (value) => {
        hold.owner.releaseHold(hold);
        return value;
      },
      (error: unknown) => {
        hold.context?.following?.threw(error);
        hold.owner.releaseHold(hold);
        throw error;
      },
    );
  } catch (error) {
    hold.context?.following?.threw(error);
    hold.owner.releaseHold(hold);
    return Promise.reject(error);
  }
}

/** The lock is held, and there is nothing to carry. The await keeps the caller's async context for the body. */
export async function runInTurn<T>(fn: Body<T>, lock: LockState): Promise<T> {
  const hold = new Hold(lock, now(), undefined);
  await lock.enqueue(hold);
  try {
    return await enter(fn, hold);
  } finally {
    lock.releaseHold(hold);
  }
}

/** The same with a context, that is with somebody to tell of an error: a `catch` alone costs a plain turn a twentieth. */
export async function runAttemptInTurn<T>(fn: Body<T>, hold: Hold): Promise<T> {
  const { owner, context } = hold;
  await owner.enqueue(hold);
  owner.confirm(hold);
  try {
    return await enter(fn, hold);
  } catch (error) {
    context?.following?.threw(error);
    throw error;
  } finally {
    const released = owner.releaseHold(hold);
    if (released !== undefined) await released;
  }
}

/** Starts the body in the context that those who follow the attempt, and those who look for deadlocks, have for it. */
function enter<T>(fn: Body<T>, hold: Hold): T | PromiseLike<T> {
  const { context, owner } = hold;
  const { nesting } = owner;
  if (nesting === undefined) return context === undefined ? fn(hold) : context.body(fn, hold);
  return nesting.body(context === undefined ? fn : () => context.body(fn, hold), hold);
}
