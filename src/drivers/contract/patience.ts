/**
 * Waiting that ends: what does not come in time is an assertion that failed, and says what did not come.
 *
 * Invariant: no timer is left when the wait is over.
 */
import { AssertionError, fail } from 'node:assert/strict';

export class Patience {
  constructor(
    /** Milliseconds. */
    readonly limit: number,
  ) {}

  /** What `promise` gives, if it does so in time; it must not reject. */
  async for<T>(promise: Promise<T>, missing: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<symbol>((resolve) => {
      timer = setTimeout(resolve, this.limit, LATE);
    });
    try {
      const first = await Promise.race([promise, late]);
      if (first === LATE) fail(`${missing}, for ${this.limit} ms`);
      return first as T;
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      fail(`${missing}, but failed: ${String(error)}`);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks again and again, until `look` gives something that is not `undefined`. */
  async until<T>(look: () => T | undefined | Promise<T | undefined>, missing: () => string): Promise<T> {
    const end = performance.now() + this.limit;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (performance.now() > end) fail(`${missing()}, for ${this.limit} ms`);
      await turn();
    }
  }
}

const LATE = Symbol('late');

/** One turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
