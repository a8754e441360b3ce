/**
 * Takes a request out of the queue when its client leaves: nobody would read the answer, and those behind it should not
 * wait for it.
 *
 * Invariant: the listener is there exactly while the request waits.
 */
import type { ServerResponse } from 'node:http';
import { isGone, onConnectionClose } from './connection-close.js';

export interface ClientGone {
  /** Aborts when the client leaves while the request waits. */
  readonly signal: AbortSignal;
  stop(): void;
}

export function clientGone(res: ServerResponse): ClientGone {
  const controller = new AbortController();
  const abort = () => controller.abort(new DOMException('The client left before its turn came', 'AbortError'));
  // It may have gone while the key was computed; that event will not come again.
  if (isGone(res)) abort();
  return { signal: controller.signal, stop: onConnectionClose(res, abort) };
}
