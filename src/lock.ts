/**
 * Lock: the public face of a lock, with the names and the semantics of Python's `asyncio.Lock`. The moves behind it are in
 * `lock-state.ts`.
 */
import { AttemptContext } from './attempt-context.js';
import { LockNotHeldError } from './errors.js';
import type { Following } from './following.js';
import { Hold } from './hold.js';
import type { LockHome } from './lock-home.js';
import { runAttemptInTurn, runInTurn, runNow } from './lock-run.js';
import { LockState } from './lock-state.js';
import {
  type AcquireOptions,
  checkAcquireOptions,
  checkBody,
  checkMaxQueue,
  checkName,
  checkOptions,
  type LockOptions,
} from './options.js';
import { processWide } from './process-wide.js';
import type { LockStats } from './stats.js';

const TRUE = Promise.resolve<true>(true);

/**
 * An async lock that lets one holder in at a time, in the order of arrival, and counts what it does.
 *
 * Prefer {@link Lock.run} (or {@link Lock.hold} with `await using`): they release exactly once whatever happens. The bare
 * `acquire()` / `release()` pair is there because asyncio has it; whoever calls `release()` ends the current hold.
 * A lock is not reentrant: a holder that asks for it again waits for itself.
 *
 * In one process. N processes have N locks of the same name.
 *
 * @example
 * const lock = new Lock('inventory');
 * await lock.run(async () => {
 *   const stock = await read(sku);
 *   await write(sku, stock - 1);
 * });
 */
export class Lock extends LockState {
  /**
   * @throws TypeError when `name` is not a string or is empty.
   * @throws RangeError when `maxQueue` is negative or not whole.
   */
  constructor(name: string, options?: LockOptions);
  /** @internal A manager's lock. What it is given was checked. */
  constructor(name: string, options: LockOptions, stats: LockStats, home?: LockHome, slot?: string);
  constructor(name: string, options?: LockOptions, stats?: LockStats, home?: LockHome, slot?: string) {
    if (stats === undefined) {
      checkName(name);
      if (options !== undefined) checkOptions(options);
      if (options?.maxQueue !== undefined) checkMaxQueue(options.maxQueue);
    }
    super(name, stats ?? processWide.stats.for(name), options?.maxQueue, home, slot);
  }

  /**
   * Whether somebody holds it (asyncio's `locked()`). It stays `true` from one holder to the next.
   *
   * @example
   * if (lock.locked()) console.log(String(lock)); // Lock(inventory) [locked, waiters:2]
   */
  locked(): boolean {
    return this.current().holder !== undefined;
  }

  /** @internal Whether an attempt made now might have to wait. */
  get mayQueue(): boolean {
    return this.locked();
  }

  /** How many wait, the holder not counted. */
  override get queueDepth(): number {
    return this.current().depth;
  }

  /**
   * Waits until the lock is free and takes it (asyncio's `acquire()`). Resolves to `true`; must be paired with exactly one
   * {@link Lock.release}.
   *
   * @throws LockTimeoutError, LockQueueFullError, LockClosedError, the signal's reason; TypeError or RangeError for options.
   * @example
   * await lock.acquire({ timeout: 250 });
   * try { await write(); } finally { lock.release(); }
   */
  acquire(options?: AcquireOptions): Promise<true> {
    try {
      const hold = this.attempt(options);
      const turn = hold.owner.turnOf(hold);
      if (turn === undefined) return TRUE;
      return hold.context?.signal === undefined ? turn : turn.then(() => hold.owner.confirm(hold));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Takes the lock if it is free, and says whether it did. Never waits and never passes somebody who does.
   *
   * @example
   * if (lock.tryAcquire()) try { await refresh(); } finally { lock.release(); }
   */
  tryAcquire(): boolean {
    const following = this.stats.observers.follow(this, undefined, 0);
    const context = AttemptContext.of(undefined, undefined, following);
    const lock = this.current();
    const free = lock.holder === undefined;
    if (free && lock.home?.closed !== true) {
      lock.take(new Hold(lock, 0, context));
      return true;
    }
    lock.refuse(context, free ? 'rejected' : 'busy', undefined);
    return false;
  }

  /**
   * Ends the current hold, whoever has it (asyncio's `release()`): the first waiter becomes the holder, or the lock is free.
   *
   * @throws LockNotHeldError when nobody holds it (asyncio's RuntimeError).
   */
  release(): void {
    const lock = this.current();
    if (lock.holder === undefined) throw new LockNotHeldError(lock.situation());
    lock.end(lock.holder);
  }

  /**
   * Waits for the lock and resolves to the {@link Hold}, which only this caller can end. asyncio's `async with lock`.
   *
   * @throws What `acquire` throws.
   * @example
   * await using hold = await lock.hold({ timeout: 250 });
   */
  async hold(options?: AcquireOptions): Promise<Hold> {
    const hold = this.attempt(options);
    const turn = hold.owner.turnOf(hold);
    if (turn !== undefined) {
      await turn;
      hold.owner.confirm(hold);
    }
    return hold;
  }

  /**
   * Runs `fn` while holding the lock and releases when it returns, throws or rejects. When the lock is free `fn` starts
   * synchronously; otherwise it starts in its caller's async context. Resolves or rejects as `fn` does.
   *
   * @throws What `acquire` throws, and then `fn` has not run.
   * @example
   * const left = await lock.run(() => reserve(sku), { timeout: 250, label: 'POST /checkout' });
   */
  run<T>(fn: (hold: Hold) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T> {
    let following: Following | undefined;
    const plain = options === undefined && typeof fn === 'function' && this.plain();
    if (plain) {
      following = this.stats.observers.follow(this, undefined, undefined);
      // Asked again: an observer may have closed the manager.
      if (following === undefined && this.plain()) {
        const lock = this.current();
        return lock.holder === undefined ? runNow(fn, new Hold(lock, 0, undefined)) : runInTurn(fn, lock);
      }
    }
    try {
      checkBody(fn);
      const hold = plain
        ? this.current().admit(AttemptContext.of(undefined, undefined, following), undefined)
        : this.attempt(options);
      return hold.owner.holder === undefined ? runNow(fn, hold) : runAttemptInTurn(fn, hold);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Makes a function that runs `fn` under this lock. `this` and the arguments pass through.
   *
   * @example
   * const reserve = lock.wrap(async (sku: string) => { … }, { timeout: 250 });
   */
  wrap<A extends unknown[], R>(fn: (...args: A) => R, options?: AcquireOptions): (...args: A) => Promise<Awaited<R>> {
    checkBody(fn);
    if (options !== undefined) checkAcquireOptions(options);
    const lock = this;
    return function locked(this: unknown, ...args: A): Promise<Awaited<R>> {
      return lock.run(() => fn.apply(this, args) as Awaited<R>, options);
    };
  }

  /** `Lock(inventory) [locked, waiters:2]`, as asyncio's `repr()` does. */
  override toString(): string {
    const { queueDepth, key } = this;
    const waiters = queueDepth === 0 ? '' : `, waiters:${queueDepth}`;
    return `Lock(${this.name}${key === undefined ? '' : `/${key}`}) [${this.locked() ? 'locked' : 'unlocked'}${waiters}]`;
  }

  /** What `util.inspect` and `console.log` show. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
