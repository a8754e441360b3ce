/**
 * The round trips to a server that keeps locks, by what was asked and how it went. It has no lock names: a slow server is
 * slow for all of them.
 *
 * Invariant: `acquire` is there from the start, at zero, and both results of whatever else is asked for, so that a rate sees
 * the very first trip and the very first error. Locks in memory make none.
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

/**
 * The round trips to one kind of server. Times in milliseconds.
 *
 * @example
 * locks.stats.backend('custom').trips('acquire', 'ok').duration.observe(1.7);
 */
export class BackendStats {
  private readonly kinds: BackendTrips[] = [];

  constructor(
    readonly backend: Backend,
    /** Called when there is a new kind of round trip. */
    private readonly grown: () => void = () => {},
  ) {
    this.add('acquire');
  }

  /** The trips of one kind. */
  trips(operation: BackendOperation, result: BackendResult): BackendTrips {
    return this.find(operation, result) ?? this.add(operation).find(operation, result)!;
  }

  /** Every kind of trip that there was. */
  all(): readonly BackendTrips[] {
    return this.kinds;
  }

  /** Both results at once: the first error is seen by a rate only if there was a zero before. */
  private add(operation: BackendOperation): this {
    this.kinds.push({ operation, result: 'ok', duration: new Histogram() });
    this.kinds.push({ operation, result: 'error', duration: new Histogram() });
    this.grown();
    return this;
  }

  private find(operation: BackendOperation, result: BackendResult): BackendTrips | undefined {
    return this.kinds.find((each) => each.operation === operation && each.result === result);
  }
}
