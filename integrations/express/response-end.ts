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
 * Who has the connection is asked by an event: Node emits 'prefinish' inside `end()` then. (A property of its own on a response
 * costs ten times as much: Express has given it another prototype, and V8 then makes a shape for it alone.) One that is
 * pipelined behind another has no connection yet, and one whose client left may never finish: there the methods are wrapped.
 *
 * Invariant: once it is settled, nothing of it is left on the response, and the timer never keeps the process alive.
 */
import type { ServerResponse } from 'node:http';
import { onConnectionClose } from './connection-close.js';

type Method = (...args: unknown[]) => unknown;
type Methods = Record<'end' | 'destroy', Method>;

/**
 * Resolves when the response, whose client is there now, is over, and calls `abandoned` first when it is because nobody ended it.
 *
 * @param grace Milliseconds from the client's leaving to that; `Infinity` waits for ever.
 */
export function responseEnd(res: ServerResponse, grace: number, abandoned: () => void): Promise<void> {
  return new Promise((resolve) => {
    let unwrap: (() => void) | undefined;
    let timer: NodeJS.Timeout | undefined;
    let left = false;
    const settle = (): void => {
      res.removeListener('prefinish', settle);
      stop();
      if (unwrap !== undefined) unwrap();
      if (timer !== undefined) clearTimeout(timer);
      resolve();
    };
    const giveUp = (): void => {
      abandoned();
      settle();
    };
    const onClose = (): void => {
      if (left) return;
      left = true;
      // `destroy()` by the server leaves its reason there, even if that is `undefined`.
      if (res.writableEnded || (unwrap === undefined && res.errored !== null)) settle();
      else if (grace === 0) giveUp();
      else outlive();
    };
    const outlive = (): void => {
      unwrap ??= afterCalls(res, settle);
      if (grace !== Infinity) timer = setTimeout(giveUp, grace).unref();
    };
    if (res.socket) res.on('prefinish', settle);
    else unwrap = afterCalls(res, settle);
    const stop = onConnectionClose(res, onClose);
  });
}

/** Calls `then` after each call of `end` or `destroy` that did not throw, until the function that is returned is called. */
function afterCalls(res: ServerResponse, then: () => void): () => void {
  const methods = res as unknown as Methods;
  const original = { end: methods.end, destroy: methods.destroy };
  const end = callThen(original.end, then);
  const destroy = callThen(original.destroy, then);
  Object.assign(methods, { end, destroy });
  return () => {
    // Somebody may have wrapped them once more; then ours stay below, and do nothing from here on.
    if (methods.end === end) methods.end = original.end;
    if (methods.destroy === destroy) methods.destroy = original.destroy;
  };
}

function callThen(method: Method, then: () => void): Method {
  return function (this: unknown, ...args) {
    const returned = method.apply(this, args);
    then();
    return returned;
  };
}
