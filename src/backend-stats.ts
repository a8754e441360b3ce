/**
 * The round trips to a server that keeps locks, by what was asked and how it went. It has no lock names: a slow server is
 * slow for all of them.
 *
 * Invariant: `acquire` is there from the start, at zero, so that a rate sees the very first trip. Locks in memory make none.
 */
import { Histogram } from './histogram.js';
import type { Backend } from './stats.js';

/** What a server is asked for. */
export type BackendOperation = 'acquire' | 'renew' | 'release' | 'watch';

/** How a request to a server ended. */
export type BackendResult = 'ok' | 'error';

/** One kind of round trip. */
export interface BackendTrips {
  readonly operation: BackendOperation;
  readonly result: BackendResult;
  readonly duration: Histogram;
}

export class BackendStats {
  private readonly kinds: BackendTrips[] = [];

  constructor(
    readonly backend: Backend,
    /** Called when there is a new kind of round trip. */
    private readonly grown: () => void = () => {},
  ) {
    this.trips('acquire', 'ok');
    this.trips('acquire', 'error');
  }

  /** The trips of one kind. */
  trips(operation: BackendOperation, result: BackendResult): BackendTrips {
    const known = this.kinds.find((each) => each.operation === operation && each.result === result);
    if (known !== undefined) return known;
    const made = { operation, result, duration: new Histogram() };
    this.kinds.push(made);
    this.grown();
    return made;
  }

  /** Every kind of trip that there was. */
  all(): readonly BackendTrips[] {
    return this.kinds;
  }
}
