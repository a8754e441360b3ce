/**
 * Who wants to know of something that happens now and then.
 *
 * Invariant: nobody who is told can break whoever tells: what they throw is counted, and dropped.
 */
import type { ObserverSet } from './observer.js';

export class Listeners<T> {
  private readonly listeners = new Set<(what: T) => unknown>();

  constructor(private readonly guard: Pick<ObserverSet, 'guard'>) {}

  /** Calls `tell` each time, until the function that is returned is called. The same function may be given twice. */
  add(tell: (what: T) => unknown): () => void {
    const listener = (what: T): unknown => tell(what);
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(what: T): void {
    for (const listener of this.listeners) this.guard.guard(() => listener(what));
  }
}
