/**
 * How many replicas must have a grant before it counts. It narrows what a failover can lose; it does not close it, for a replica
 * that has the grant need not be the one that becomes primary.
 */
import { asError } from './failures.js';
import type { Requests } from './requests.js';

export class Replicas {
  constructor(
    private readonly requests: Requests,
    private readonly wanted: number,
    private readonly timeout: number,
  ) {}

  /** Resolves with an error if fewer than wanted have what was written last. */
  async have(resource: string): Promise<Error | undefined> {
    const { wanted, timeout } = this;
    try {
      const count = await this.requests.replicated(resource, wanted, timeout);
      if (count >= wanted) return undefined;
      return new Error(`NOREPLICAS: ${count} of ${wanted} replicas had the grant after ${timeout} ms`);
    } catch (reason) {
      return asError(reason);
    }
  }
}
