/**
 * How many replicas must have a grant before it counts. It narrows what a failover can lose; it does not close it, for a replica
 * that has the grant need not be the one that becomes primary.
 *
 * Invariants: on one server there is one WAIT at a time, for all grants that were made before it; the connection answers nothing
 * else meanwhile, so many of them in a row would hold up the renewals of those who hold. And a grant is waited for on the
 * connection that asked for it, since Redis counts what that has written: for a newer one every replica has everything.
 */
import { asError } from './failures.js';
import type { Replicated, Requests } from './requests.js';

export class Replicas {
  /** The wait that is going on. */
  private current: Promise<Replicated> | undefined;
  /** The one after it, for those whose grants it may be too early for. */
  private next: Promise<Replicated> | undefined;

  /** @param oneServer Whether all locks are at one primary, so that one wait is for all. */
  constructor(
    private readonly requests: Requests,
    private readonly wanted: number,
    private readonly timeout: number,
    private readonly oneServer: boolean,
  ) {}

  /**
   * Resolves with an error if fewer than wanted have what was written last.
   *
   * @param written By which connection.
   */
  async have(resource: string, written: number): Promise<Error | undefined> {
    const { wanted, timeout } = this;
    try {
      const { count, epoch } = await (this.oneServer ? this.countForAll(resource) : this.count(resource));
      if (epoch !== written) return new Error('NOREPLICAS: the connection was lost before replicas were asked');
      if (count >= wanted) return undefined;
      return new Error(`NOREPLICAS: ${count} of ${wanted} replicas had the grant after ${timeout} ms`);
    } catch (reason) {
      return asError(reason);
    }
  }

  private countForAll(resource: string): Promise<Replicated> {
    if (this.current === undefined) return this.begin(resource);
    this.next ??= this.current
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        return this.current ?? this.begin(resource);
      });
    return this.next;
  }

  private begin(resource: string): Promise<Replicated> {
    this.current = this.count(resource).finally(() => {
      this.current = undefined;
    });
    return this.current;
  }

  private count(resource: string): Promise<Replicated> {
    return this.requests.replicated(resource, this.wanted, this.timeout);
  }
}
