/**
 * A critical section that a test looks into: it notes who enters and whether two were ever inside, and lets nobody out
 * before the test says so.
 */
import { type Deferred, deferred } from './deferred.js';

/** See above. */
export class CriticalSection {
  /** Who came in, in order. */
  readonly entered: string[] = [];
  /** The most that were ever inside at once. */
  most = 0;
  private readonly inside: Deferred<void>[] = [];

  /** Comes in, stays until {@link leave}, and resolves to `who`. */
  async enter(who: string): Promise<string> {
    const exit = deferred();
    this.entered.push(who);
    this.inside.push(exit);
    this.most = Math.max(this.most, this.inside.length);
    await exit.promise;
    return who;
  }

  /** Lets out the one that has been inside longest; an error makes it throw. */
  leave(error?: Error): void {
    const exit = this.inside.shift();
    if (exit === undefined) throw new Error('nobody is inside');
    if (error === undefined) exit.resolve();
    else exit.reject(error);
  }
}
