/**
 * When a response is over, which is when a lock that is held for it may go to the next.
 *
 *     open ── end() or destroy() is called ──────────────────────────────────> ended
 *       └──── 'close': the client left ── end() or destroy() within grace ──> ended
 *                                      └─ the grace period passes ──────────> abandoned
 *
 * It is over when `end()` is *called*, not on 'finish': that event waits for the last byte to leave, so a slow reader would
 * hold the lock. A client that leaves does not stop the handler, so the lock cannot go to the next at once; but a handler
 * that lost its client may never call `end()`, hence the grace period. `destroy()` is the server's own way to give up.
 *
 * Invariant: once it is settled, nothing of it is left on the response, and the timer never keeps the process alive.
 */
import type { ServerResponse } from 'node:http';
import { isGone, offConnectionClose, onConnectionClose } from './connection-close.js';

type Method = (...args: unknown[]) => unknown;
type Methods = Record<'end' | 'destroy', Method>;

/**
 * Resolves when the response is over, and calls `abandoned` first when it is because nobody ended it.
 *
 * @param grace Milliseconds from the client's leaving to that; `Infinity` waits for ever.
 */
export function responseEnd(res: ServerResponse, grace: number, abandoned: () => void): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const settle = (): void => {
      // Somebody may have wrapped them once more; then ours stay below, and do nothing from here on.
      if (methods.end === end) methods.end = original.end;
      if (methods.destroy === destroy) methods.destroy = original.destroy;
      offConnectionClose(res, onClose);
      if (timer !== undefined) clearTimeout(timer);
      resolve();
    };
    const giveUp = (): void => {
      abandoned();
      settle();
    };
    const onClose = (): void => {
      if (timer !== undefined) return;
      if (res.writableEnded) settle();
      else if (grace === 0) giveUp();
      else if (grace !== Infinity) timer = setTimeout(giveUp, grace).unref();
    };
    const methods = res as unknown as Methods;
    const original = { end: methods.end, destroy: methods.destroy };
    // By name: a store by a computed name is a slow one, and these are on the way of every request.
    const end = callThen(original.end, settle);
    const destroy = callThen(original.destroy, settle);
    methods.end = end;
    methods.destroy = destroy;
    onConnectionClose(res, onClose);
    if (isGone(res)) onClose();
  });
}

/** Calls `then` after each call of the method that did not throw. */
function callThen(method: Method, then: () => void): Method {
  return function (this: unknown, ...args) {
    const returned = method.apply(this, args);
    then();
    return returned;
  };
}
