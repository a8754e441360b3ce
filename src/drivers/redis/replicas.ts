/**
 * How many replicas must have a grant before it counts. It narrows what a failover can lose; it does not close it, for a replica
 * that has the grant need not be the one that becomes primary.
 *
 * Invariants: on one server there is one WAIT at a time, for all grants that were made before it; the connection answers nothing
 * else meanwhile, so many of them in a row would hold up the renewals of those who hold. A grant is waited for on the connection
 * that has written it, since that is what Redis counts: for a newer one every replica has everything. And while there are too
 * few they are counted again, also when nobody asks for a lock, as a process does that is not ready until there are enough.
 */
import { type Due, NOWHERE } from '../agenda.js';
import { quietly } from '../quiet.js';
import { asError, mayPass } from './failures.js';
import type { RedisEngine } from './redis-engine.js';
import type { Replicated } from './requests.js';

/** While there are too few, milliseconds between two looks. */
const PAUSE = 1_000;

export class Replicas implements Due {
  at = 0;
  place = NOWHERE;
  /** Why no grant counts, though the server answers. */
  lack: Error | undefined;
  /** The lock for which that was found, or that there are enough. */
  private lacking = '';
  /** The wait that is going on. */
  private current: Promise<Replicated> | undefined;
  /** The one after it, for those whose grants it may be too early for. */
  private next: Promise<Replicated> | undefined;

  /** @param oneServer Whether all locks are at one primary, so that one wait is for all. */
  constructor(
    private readonly engine: RedisEngine,
    private readonly wanted: number,
    private readonly timeout: number,
    private readonly oneServer: boolean,
  ) {}

  /**
   * Resolves with an error if fewer than wanted have what was written last.
   *
   * @param written By which connection; `undefined` if that is of no interest.
   */
  async have(resource: string, written: number | undefined): Promise<Error | undefined> {
    const { wanted, timeout } = this;
    try {
      const { count, epoch } = await (this.oneServer ? this.countForAll(resource) : this.count(resource));
      if (written !== undefined && epoch !== written)
        return new Error('NOREPLICAS: the connection was lost before replicas were asked');
      const lack = `NOREPLICAS: ${count} of ${wanted} replicas had the grant after ${timeout} ms`;
      return this.found(resource, count >= wanted ? undefined : new Error(lack));
    } catch (reason) {
      const error = asError(reason);
      // Of a connection that is lost others tell.
      return mayPass(error) ? error : this.found(resource, error);
    }
  }

  due(): void {
    this.lookLater();
    if (this.engine.reachable) void quietly(() => this.have(this.lacking, undefined));
  }

  /** The nodes of a cluster have replicas of their own: those of another say nothing. */
  private found(resource: string, lack: Error | undefined): Error | undefined {
    if (lack === undefined && !this.oneServer && resource !== this.lacking) return undefined;
    this.lack = lack;
    this.lacking = resource;
    if (lack === undefined) this.engine.agenda.remove(this);
    else this.lookLater();
    this.engine.assess();
    return lack;
  }

  private lookLater(): void {
    const { agenda, clock, closed } = this.engine;
    if (!closed) agenda.set(this, clock.monotonic() + PAUSE);
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
    return this.engine.requests.replicated(resource, this.wanted, this.timeout);
  }
}
