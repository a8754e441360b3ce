/**
 * Requests that a driver makes on its own account, renewals for instance, and not because somebody called it: whoever traces
 * the client would show spans of them that belong to nobody.
 *
 * Invariant: what is run is run once, synchronously, whatever is installed. Nothing here knows who traces.
 */

/** Runs `send` and returns what it returns. */
export type Quietly = <T>(send: () => T) => T;

let installed: Quietly = (send) => send();

/** Runs `send` so that what traces the client looks away. */
export function quietly<T>(send: () => T): T {
  return installed(send);
}

/** Says how that is done. Must call `send` once, synchronously, and return what it returns. */
export function installQuietly(how: Quietly): void {
  installed = how;
}
