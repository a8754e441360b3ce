/**
 * The numbers of all lock names, and who watches attempts on them.
 *
 * Invariant: at most `NAME_LIMIT` names have numbers of their own; the others share those of `_other`. A metric label is
 * for ever, so a name that is made per request must not become one.
 */

import { BackendStats } from './backend-stats.js';
import type { Deadlock } from './deadlock/deadlock.js';
import type { LockDriver } from './drivers/driver.js';
import type { LockLostError } from './errors.js';
import { enlist } from './every-registry.js';
import { Listeners } from './listeners.js';
import { warnOfNameLimit, warnWhenNameLooksLikeKey } from './name-warnings.js';
import { ObserverSet } from './observer.js';
import { type Backend, LockStats } from './stats.js';

/** How many lock names a process gives series of their own. */
export const NAME_LIMIT = 100;

/** The name that the others are counted under. */
export const OVERFLOW_NAME = '_other';

/** How many of the names beyond the limit are told apart for counting them. */
const FOLDED_LIMIT = 1_000;

/** Something attached to a registry, how, and by how many. */
export interface Attached {
  readonly how: string;
  users: number;
  detach(): void;
}

/**
 * A set of lock numbers. The process has one, which every `Lock` and `LockManager` shares; a private one keeps a manager's
 * numbers apart, as tests want.
 *
 * @example
 * const manager = new LockManager({ stats: new StatsRegistry() });
 */
export class StatsRegistry {
  /** @internal */
  readonly observers = new ObserverSet();
  private readonly named = new Map<string, LockStats>();
  private readonly others = new Map<Backend, LockStats>();
  private readonly folded = new Set<string>();
  /** @internal Called when there is a new name, or a new kind of round trip. They must not throw. */
  readonly onGrowth = new Set<() => void>();
  /** @internal Who wants to know of deadlocks. */
  readonly onDeadlock = new Listeners<Deadlock>(this.observers);
  /** @internal Who wants to know of leases that were lost. */
  readonly onLeaseLost = new Listeners<LockLostError>(this.observers);
  private readonly drivers = new WeakSet<LockDriver>();
  /** @internal What is attached to these numbers: one of a kind, whatever number of copies of this package attach it. */
  readonly attached = new Map<unknown, Attached>();
  private readonly servers = new Map<Backend, BackendStats>();
  /** Circles of holders that wait for one another, found so far. */
  deadlocks = 0;

  constructor();
  /** @internal Not listed: the process's own, which one copy of this package looks after, whichever made it. */
  constructor(listed: boolean);
  constructor(listed = true) {
    this.backend('memory');
    if (listed) enlist(this);
  }

  /** @internal The numbers for `name`, which was checked. */
  for(name: string, backend: Backend = 'memory'): LockStats {
    const slot = backend === 'memory' ? name : `${name}\0${backend}`;
    const known = this.named.get(slot);
    if (known !== undefined) return known;
    warnWhenNameLooksLikeKey(name);
    if (name === OVERFLOW_NAME || this.named.size >= NAME_LIMIT) return this.fold(name, backend);
    const stats = new LockStats(name, backend, this.observers);
    this.named.set(slot, stats);
    this.grown();
    return stats;
  }

  /** @internal Every set of numbers, `_other` last. */
  *all(): IterableIterator<LockStats> {
    yield* this.named.values();
    yield* this.others.values();
  }

  /**
   * The round trips to the server that keeps locks, for the driver that makes them. Times in milliseconds.
   *
   * @example
   * locks.stats.backend('custom').trips('acquire', 'ok').duration.observe(1.7);
   */
  backend(backend: Backend): BackendStats {
    let server = this.servers.get(backend);
    if (server === undefined) {
      server = new BackendStats(backend, () => this.grown());
      this.servers.set(backend, server);
    }
    return server;
  }

  /** @internal Those of every server, and of none. */
  backends(): Iterable<BackendStats> {
    return this.servers.values();
  }

  /** @internal Counts the round trips of a driver, once, however many managers it has. */
  count(driver: LockDriver): void {
    if (this.drivers.has(driver)) return;
    this.drivers.add(driver);
    const server = this.backend(driver.kind);
    driver.on((event) => {
      if (event.type === 'trip') server.trips(event.operation, event.result).duration.observe(event.duration);
    });
  }

  /** @internal Counts a deadlock, and tells of it. */
  found(deadlock: Deadlock): void {
    this.deadlocks++;
    this.onDeadlock.tell(deadlock);
  }

  /** How many names were folded into `_other`; it stops at 1 000, for somebody who makes that many will not stop there. */
  get foldedNames(): number {
    return this.folded.size;
  }

  private fold(name: string, backend: Backend): LockStats {
    let other = this.others.get(backend);
    if (other === undefined) {
      other = new LockStats(OVERFLOW_NAME, backend, this.observers);
      this.others.set(backend, other);
      this.grown();
    }
    if (name === OVERFLOW_NAME) return other;
    if (this.folded.size === 0) warnOfNameLimit(name, NAME_LIMIT);
    if (this.folded.size < FOLDED_LIMIT) this.folded.add(name);
    return other;
  }

  private grown(): void {
    for (const listener of this.onGrowth) listener();
  }
}
