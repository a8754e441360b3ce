/**
 * A lock that lets everybody in at once: for tests of the code around it.
 *
 * Invariants: nothing waits for anything, for each attempt is made on a lock of its own; and all else is as with a real
 * lock, its numbers, its observers and its errors for bad input, because these are real locks.
 */
import { type AcquireOptions, type Hold, Lock } from '../../src/index.js';

/** A lock that never makes anybody wait. `locked()` is always false. */
export class UnlockedLock extends Lock {
  private readonly acquired: Lock[] = [];

  /** @param fresh Gives a lock of the same name and key that nobody holds. */
  constructor(private readonly fresh: () => Lock) {
    const { name, stats } = fresh();
    super(name, {}, stats);
  }

  override async acquire(options?: AcquireOptions): Promise<true> {
    const lock = this.fresh();
    await lock.acquire(options);
    this.acquired.push(lock);
    return true;
  }

  override tryAcquire(): boolean {
    const lock = this.fresh();
    this.acquired.push(lock);
    return lock.tryAcquire();
  }

  override release(): void {
    const lock = this.acquired.shift();
    if (lock === undefined) super.release();
    else lock.release();
  }

  override hold(options?: AcquireOptions): Promise<Hold> {
    return this.fresh().hold(options);
  }

  override run<T>(fn: (hold: Hold) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T> {
    return this.fresh().run(fn, options);
  }
}
