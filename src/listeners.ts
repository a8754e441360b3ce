/**
 * Who wants to know of something that happens now and then.
 *
 * Invariant: nobody who is told can break whoever tells, nor the others who are told.
 */

/** Runs a call whose errors, also those of a promise that it returns, are its own business. */
export interface Guard {
  guard(call: () => unknown): void;
}

export class Listeners<T> {
  private readonly listeners = new Set<(what: T) => unknown>();

  constructor(private readonly guard: Guard) {}

  /** Whether anybody listens: what nobody hears need not be measured. */
  get any(): boolean {
    return this.listeners.size > 0;
  }

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
