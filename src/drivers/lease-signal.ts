/**
 * The signal of a hold that can be lost.
 *
 * Invariant: it looks at the clock when it is read. After a stall Node runs promises before timers, so a signal that waits for
 * its timer would let code go on that has lost the lock long ago.
 */

/** @param look Aborts the controller if the lease is over. */
export function leaseSignal(look: () => void): AbortController {
  const controller = new AbortController();
  const { signal } = controller;
  const platforms: AbortSignal = Object.getPrototypeOf(signal);
  const read = (property: 'aborted' | 'reason'): unknown => {
    look();
    return Reflect.get(platforms, property, signal);
  };
  const throwIfAborted = (): void => {
    look();
    platforms.throwIfAborted.call(signal);
  };
  Object.defineProperties(signal, {
    aborted: { get: () => read('aborted') },
    reason: { get: () => read('reason') },
    throwIfAborted: { value: throwIfAborted },
  });
  return controller;
}
