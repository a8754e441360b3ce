/**
 * A driver that has no server behind it: its locks are in this process, and it makes up what a server adds to that, round trips
 * that take their time or fail, leases that are renewed and may be lost. So what is measured of drivers can be looked at
 * without any.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BackendOperation,
  type BackendResult,
  type DriverAttempt,
  type DriverEvent,
  type DriverGrant,
  type LockDriver,
  LockManager,
  memoryDriver,
  type PendingGrant,
} from 'lockmeter';
import { backgroundJob } from './background-job.js';
import { LOCK } from './lock-names.js';
import type { Extra, Stage } from './script.js';

/** How long each operation takes, beside the others. */
const WORK: Record<BackendOperation, number> = { acquire: 2, renew: 1, release: 0.4, watch: 1 };
/** Milliseconds of one round trip after the other, times {@link WORK}. No multiple of three: each operation has slow ones. */
const TRIPS = [1.2, 0.8, 2.1, 1.4, 0.9, 6.5, 1.1, 1.3, 0.7, 1.6, 28, 1, 1.8];
/** Of so many, one fails. */
const FAILS = 61;
/** Milliseconds between two renewals of a lease. */
const RENEWAL = 40;

class PretendDriver implements LockDriver {
  readonly kind = 'custom';
  private readonly engine = memoryDriver();
  private readonly listeners = new Set<(event: DriverEvent) => void>();
  private trips = 0;

  readonly caps = { ...this.engine.caps, holdBound: 'lease' } as const;
  readonly inspect = this.engine.inspect.bind(this.engine);
  readonly health = this.engine.health.bind(this.engine);
  readonly close = this.engine.close.bind(this.engine);

  /** Lets whoever holds the lock lose its lease. */
  readonly takeAway = this.engine.takeAway.bind(this.engine);

  acquire(resource: string, attempt: DriverAttempt): PendingGrant {
    this.trip('acquire');
    return this.engine.acquire(resource, {
      wait: attempt.wait,
      maxQueue: attempt.maxQueue,
      info: attempt.info,
      queued: (place) => attempt.queued?.(place),
      granted: (grant) => attempt.granted(this.lease(grant, attempt)),
      refused: (refusal) => attempt.refused(refusal),
      failed: (error) => attempt.failed(error),
      lost: (loss) => attempt.lost?.(loss),
    });
  }

  on(listener: (event: DriverEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private lease(grant: DriverGrant, attempt: DriverAttempt): DriverGrant {
    const { fencingToken, deadline } = grant;
    const renewing = setInterval(() => {
      if (grant.isValid()) attempt.renewed?.(this.trip('renew'));
      else clearInterval(renewing);
    }, RENEWAL).unref();
    const release: DriverGrant['release'] = () => {
      clearInterval(renewing);
      this.trip('release');
      return grant.release();
    };
    return { fencingToken, deadline, isValid: () => grant.isValid(), release };
  }

  private trip(operation: BackendOperation): BackendResult {
    this.trips++;
    const duration = TRIPS[this.trips % TRIPS.length]! * WORK[operation];
    const result = this.trips % FAILS === 0 ? 'error' : 'ok';
    for (const listener of this.listeners) listener({ type: 'trip', operation, result, duration });
    return result;
  }
}

/** Settlements under a lock at such a driver: every other one waits, and now and then one loses its lease while it works. */
export function settlements({ ledger }: Stage): Extra {
  const driver = new PretendDriver();
  const locks = new LockManager({ driver });
  const settle = (label: string, work: () => Promise<unknown>) => (): Promise<void> =>
    backgroundJob(ledger, LOCK.settlement, work, { label }, locks);
  const loseLease = async (): Promise<void> => {
    await sleep(60);
    driver.takeAway(LOCK.settlement);
    await sleep(60);
  };
  return {
    rounds: [
      {
        length: 1_430,
        arrivals: [
          { at: 0, come: settle('settle cards', () => sleep(300)) },
          { at: 60, come: settle('settle invoices', () => sleep(120)) },
        ],
      },
      { length: 8_900, arrivals: [{ at: 900, come: settle('settle vouchers', loseLease) }] },
    ],
    stop: () => locks.close(),
  };
}
