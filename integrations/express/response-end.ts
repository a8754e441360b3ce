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
import { isGone, onConnectionClose } from './connection-close.js';

export type ResponseEnd = 'ended' | 'abandoned';

type Method = (...args: unknown[]) => unknown;

/** @param grace Milliseconds from the client's leaving to 'abandoned'; `Infinity` waits for ever. */
export function responseEnd(res: ServerResponse, grace: number): Promise<ResponseEnd> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const settle = (how: ResponseEnd): void => {
      for (const restore of restores) restore();
      stop();
      clearTimeout(timer);
      resolve(how);
    };
    const onClose = (): void => {
      if (timer !== undefined) return;
      if (res.writableEnded) settle('ended');
      else if (grace === 0) settle('abandoned');
      else if (grace !== Infinity) timer = setTimeout(settle, grace, 'abandoned').unref();
    };
    const ended = () => settle('ended');
    const restores = [afterCall(res, 'end', ended), afterCall(res, 'destroy', ended)];
    const stop = onConnectionClose(res, onClose);
    if (isGone(res)) onClose();
  });
}

/** Calls `then` after each call of the method that did not throw. Returns what takes it off again. */
function afterCall(res: ServerResponse, method: 'end' | 'destroy', then: () => void): () => void {
  const target = res as unknown as Record<string, Method>;
  const own = Object.hasOwn(target, method);
  const original = target[method]!;
  const wrapped: Method = function (this: unknown, ...args) {
    const returned = original.apply(this, args);
    then();
    return returned;
  };
  target[method] = wrapped;
  return () => {
    // Somebody may have wrapped it once more; then ours stays below, and does nothing from here on.
    if (target[method] !== wrapped) return;
    if (own) target[method] = original;
    else delete target[method];
  };
}
