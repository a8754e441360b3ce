/**
 * A driver whose engine cannot be asked, and one whose health a test sets: for what the layers above make of that.
 */
import type { DriverAttempt, DriverHealth, LockDriver } from 'lockmeter';

/** Where it says that the engine is. */
export const ADDRESS = '127.0.0.1:6379';

/** Nobody gets an answer from it but this error. */
export function unreachableDriver(error = new Error(`connect ECONNREFUSED ${ADDRESS}`)): LockDriver {
  return driverInState({ state: 'connecting', since: Date.now(), address: ADDRESS, error });
}

/** The same, saying of itself what is in `health` at that moment. */
export function driverInState(health: DriverHealth): LockDriver {
  return {
    kind: 'redis',
    caps: { ordering: 'global-fifo', fencing: 'clock-assisted', holdBound: 'lease', sharedInspect: true },
    acquire(_resource: string, attempt: DriverAttempt) {
      queueMicrotask(() => attempt.failed(health.error ?? new Error('no answer')));
      return { cancel: () => undefined };
    },
    inspect: () => Promise.reject(health.error ?? new Error('no answer')),
    health: () => ({ ...health }),
    on: () => () => undefined,
    close: async () => undefined,
  };
}
