/**
 * What a lock must offer to be measured: each in its own words, through the thinnest adapter there is.
 */

/** Runs a body under one lock. */
export type Run = (body: () => Promise<void>) => Promise<unknown>;

/** The bare pair of one lock. `T` is what the lock grants and wants back, when it does. */
export interface Acquire<T = unknown> {
  acquire(): Promise<T>;
  release(granted: T): void;
}

/** One lock library. */
export interface Peer {
  readonly name: string;
  /** One idle lock, as it is in memory. */
  makeLock(): unknown;
  /** `run` on a new lock. */
  makeRun(): Run;
  /** The pair on a new lock, where there is one. */
  makeAcquire?(): Acquire;
}
