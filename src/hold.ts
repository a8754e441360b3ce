/**
 * A hold: the owned grant of a lock. The same object stands in the queue while it waits, so that one small allocation
 * serves the whole life of an attempt:
 *
 *     waiting (grant !== undefined, in the queue) ──> held (lock.holder === this) ──> released
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
  /** @internal Grants the lock to this waiter. */
  grant: ((granted: true | Promise<never>) => void) | undefined = undefined;

  /** @internal */
  constructor(
    /** @internal */ readonly owner: LockState,
    time: number,
    /** @internal What only some attempts have. */ readonly context: AttemptContext | undefined,
  ) {
    this.time = time;
  }

  /** @internal Whether it stands in the queue. */
  get waiting(): boolean {
    return this.grant !== undefined;
  }

  /** @internal How long it has been standing there, in milliseconds. */
  get age(): number {
    return now() - this.time;
  }

  /** @internal Resolves when it is granted. */
  granted(): Promise<true> {
    return new Promise((resolve) => {
      this.grant = resolve;
    });
  }

  /** @internal Grants it, or rejects; it stands in the queue no more. */
  settle(granted: true | Promise<never>): void {
    const { grant } = this;
    this.grant = undefined;
    grant!(granted);
  }

  /** The lock's name. */
  get lock(): string {
    return this.owner.name;
  }

  /** The lock's key, when it has one. */
  get key(): string | undefined {
    return this.owner.key;
  }

  /** Milliseconds it waited in the queue; 0 when the lock was free. */
  get waited(): number {
    return this.time;
  }

  /** Who holds, when the attempt gave a label. */
  get label(): string | undefined {
    return this.context?.label;
  }

  /** A number that grows with every grant of the lock, from a driver that makes one; in one process nothing needs it. */
  get fencingToken(): bigint | undefined {
    return undefined;
  }

  /** Aborts when the possession is lost before it is released. In one process that cannot happen. */
  get signal(): AbortSignal {
    let signal = signals.get(this);
    if (signal === undefined) {
      signal = new AbortController().signal;
      signals.set(this, signal);
    }
    return signal;
  }

  /** Ends the hold and lets the next waiter in. Idempotent; it can never end anybody else's hold. */
  release(): Promise<void> {
    this.owner.releaseHold(this);
    return DONE;
  }

  [Symbol.dispose](): void {
    this.owner.releaseHold(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }
}
