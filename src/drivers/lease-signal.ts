/**
 * The signal of a hold that can be lost.
 *
 * Invariant: it looks at the clock when it is read. After a stall Node runs promises before timers, so a signal that waits for
 * its timer would let code go on that has lost the lock long ago.
 */

const { get: aborted } = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted')!;
const { get: reason } = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'reason')!;
const { throwIfAborted } = AbortSignal.prototype;

/** @param look Aborts the controller if the lease is over. */
export function leaseSignal(look: () => void): AbortController {
  const controller = new AbortController();
  const { signal } = controller;
  const first = <T>(read: () => T): T => {
    look();
    return read.call(signal);
  };
  Object.defineProperties(signal, {
    aborted: { get: () => first(aborted!) },
    reason: { get: () => first(reason!) },
    throwIfAborted: { value: () => first(throwIfAborted) },
  });
  return controller;
}
