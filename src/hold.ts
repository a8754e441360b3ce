/**
 * A hold: the owned grant of a lock. The same object stands in the queue while it waits, so that one small allocation
 * serves the whole life of an attempt:
 *
 *     waiting (resolve !== undefined, in the queue) ──> held (lock.holder === this) ──> released
 *          └──> gave up
 *
 * Invariant: only the hold that is its lock's `holder` can end the possession; every other `release()` does nothing.
 */
import type { AttemptContext } from './attempt-context.js';
import { now } from './clock.js';
import type { LockState } from './lock-state.js';

const DONE = Promise.resolve();

/** Made when first read, beside the holds: few are read, and every waiter would carry the field. */
const signals = new WeakMap<Hold, AbortSignal>();

/**
 * The possession of a lock, until it is released. `run(fn)` hands it to `fn`; `hold()` resolves to it.
 *
 * @example
 * await using hold = await lock.hold();
 * await db.query(sql, { signal: hold.signal });
 */
export class Hold implements AsyncDisposable, Disposable {
  /** @internal The time it joined the queue; once granted, how long it waited. */
  time: number;
  /** @internal Settles the promise of this waiter's turn. */
  resolve: ((granted: true | Promise<never>) => void) | undefined = undefined;

  /** @internal */
  constructor(
    /** @internal */ readonly owner: LockState,
    time: number,
    /** @internal What only some attempts have. */ readonly context: AttemptContext | undefined,
  ) {
    this.time = time;
  }

  /** @internal Whether it had to queue, as whoever is in the queue of this process has to. */
  get contended(): boolean {
    return true;
  }

  /** @internal Whether it stands in the queue. */
  get waiting(): boolean {
    return this.resolve !== undefined;
  }

  /** @internal How long it has been standing there, in milliseconds. */
  get age(): number {
    return now() - this.time;
  }

  /** @internal Resolves when it is its turn. */
  turn(): Promise<true> {
    return new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  /** @internal Grants it, or rejects; it stands in the queue no more. */
  settle(granted: true | Promise<never>): void {
    const { resolve } = this;
    this.resolve = undefined;
    resolve!(granted);
  }

  /** The lock's name. */
  get lock(): string {
    return this.owner.name;
  }

  /** The lock's key, when it has one. */
  get key(): string | undefined {
    return this.owner.key;
  }

  /** Milliseconds it waited in the queue; 0 when the lock was free. At a driver, milliseconds from the question to the grant. */
  get waited(): number {
    return this.time;
  }

  /** Who holds, when the attempt gave a label. */
  get label(): string | undefined {
    return this.context?.label;
  }

  /**
   * A number that grows with every grant of the lock, from the driver; in one process nothing needs it. A resource that
   * remembers the largest one it has seen, and refuses smaller ones, is safe from holders that lost the lock and go on.
   */
  get fencingToken(): bigint | undefined {
    return undefined;
  }

  /**
   * Aborts, with a {@link LockLostError} as its reason, when a lease is lost before it is released. It looks at the clock
   * whenever it is read. In one process that cannot happen.
   */
  get signal(): AbortSignal {
    let signal = signals.get(this);
    if (signal === undefined) {
      signal = new AbortController().signal;
      signals.set(this, signal);
    }
    return signal;
  }

  /**
   * Ends the hold and lets the next waiter in. Idempotent; it can never end anybody else's hold. At a driver it resolves when
   * the engine has answered, or did not; it never rejects.
   */
  release(): Promise<void> {
    return this.owner.releaseHold(this) ?? DONE;
  }

  [Symbol.dispose](): void {
    this.owner.releaseHold(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }
}
