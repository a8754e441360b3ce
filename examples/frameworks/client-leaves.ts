/** Tells a waiting request that nobody would read its answer any more. */
import type { ServerResponse } from 'node:http';

/** A signal that aborts when the connection of this response closes before the answer was sent. */
export function clientLeaves(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const leave = (): void => {
    if (!response.writableFinished) controller.abort();
  };
  if (response.destroyed) leave();
  else response.once('close', leave);
  return controller.signal;
}
