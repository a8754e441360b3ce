/** Asks a driver, and gives its answer as a promise: for tests that are about one attempt after the other. */
import type { DriverAttempt, DriverGrant, DriverRefusal, LockDriver } from 'lockmeter';
import { deferred } from './deferred.js';

/** An attempt on its way. */
export interface Pending {
  readonly answer: Promise<DriverGrant | DriverRefusal>;
  cancel(): void;
}

/**
 * @example
 * const grant = granted(await ask(driver, 'stock').answer);
 */
export function ask(driver: LockDriver, resource: string, more: Partial<DriverAttempt> = {}): Pending {
  const { promise: answer, ...asked } = asking(more);
  const pending = driver.acquire(resource, asked);
  return { answer, cancel: () => pending.cancel() };
}

/** An attempt that waits, and the promise of its answer. */
export function asking(more: Partial<DriverAttempt> = {}): DriverAttempt & { readonly promise: Pending['answer'] } {
  const { promise, resolve, reject } = deferred<DriverGrant | DriverRefusal>();
  const attempt = { wait: true, maxQueue: undefined, info: {}, granted: resolve, refused: resolve, failed: reject };
  return { ...attempt, ...more, promise };
}

/** @throws Error when it is no grant. */
export function granted(answer: DriverGrant | DriverRefusal): DriverGrant {
  if ('refused' in answer) throw new Error(`refused: ${answer.refused}`);
  return answer;
}
