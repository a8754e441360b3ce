/**
 * How many replicas must have a grant before it counts. It narrows what a failover can lose; it does not close it, for a replica
 * that has the grant need not be the one that becomes primary.
 *
 * Invariants: on one server there is one WAIT at a time, for all grants that were made before it; the connection answers nothing
 * else meanwhile, so many of them in a row would hold up the renewals of those who hold. And a grant is waited for on the
 * connection that asked for it, since Redis counts what that has written: when a WAIT fails, perhaps with its connection, it fails
 * for the grants as well that were to be next.
 */
import { asError } from './failures.js';
import type { Requests } from './requests.js';

export class Replicas {
  /** The wait that is going on. */
  private current: Promise<number> | undefined;
  /** The one after it, for those whose grants it may be too early for. */
  private next: Promise<number> | undefined;

  /** @param oneServer Whether all locks are at one primary, so that one wait is for all. */
  constructor(
    private readonly requests: Requests,
    private readonly wanted: number,
    private readonly timeout: number,
    private readonly oneServer: boolean,
  ) {}

  /** Resolves with an error if fewer than wanted have what was written last. */
  async have(resource: string): Promise<Error | undefined> {
    const { wanted, timeout } = this;
    try {
      const count = await (this.oneServer ? this.countForAll(resource) : this.count(resource));
      if (count >= wanted) return undefined;
      return new Error(`NOREPLICAS: ${count} of ${wanted} replicas had the grant after ${timeout} ms`);
    } catch (reason) {
      return asError(reason);
    }
  }

  private countForAll(resource: string): Promise<number> {
    if (this.current === undefined) return this.begin(resource);
    this.next ??= this.current
      .finally(() => {
        this.next = undefined;
      })
      .then(() => this.current ?? this.begin(resource));
    return this.next;
  }

  private begin(resource: string): Promise<number> {
    this.current = this.count(resource).finally(() => {
      this.current = undefined;
    });
    return this.current;
  }

  private count(resource: string): Promise<number> {
    return this.requests.replicated(resource, this.wanted, this.timeout);
  }
}
