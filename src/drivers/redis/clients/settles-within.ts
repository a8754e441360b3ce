/** A limit for what may never settle. Its timer does not keep the process alive. */
import { afterReading } from './after-reading.js';

/** Rejects when `promise` has not settled after `timeout` ms. */
export function settlesWithin<T>(promise: Promise<T>, timeout: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`no answer within ${timeout} ms`));
    const timer = setTimeout(() => afterReading(late), timeout).unref();
    promise.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
