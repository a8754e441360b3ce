/**
 * A driver that another one listens in on: what the engine says is reported in the moment in which it is heard, and
 * with the grant's own deadline, which the lock above does not show.
 *
 * Invariant: what passes through is not changed; the grant is the driver's own object.
 */
import type { DriverAttempt, DriverGrant, LockDriver, PendingGrant } from 'lockmeter';
import { machineTime } from '../log/machine-clock.js';

/** What is heard. The attempts are known by their labels. */
export interface Listener {
  queued(label: string): void;
  granted(label: string, grant: DriverGrant): void;
}

/** `driver`, overheard. */
export function overheard(driver: LockDriver, listener: Listener): LockDriver {
  return {
    kind: driver.kind,
    caps: driver.caps,
    acquire(resource, attempt) {
      const label = attempt.info.label!;
      const { answer, cancel } = hearing(driver, resource, attempt, () => listener.queued(label));
      const heard = answer.then((result) => {
        if (!('refused' in result)) listener.granted(label, result);
        return result;
      });
      return { answer: heard, cancel };
    },
    inspect: (resource) => driver.inspect(resource),
    health: () => driver.health(),
    on: (event) => driver.on(event),
    close: () => driver.close(),
  };
}

/** Passes the attempt on, with an ear at its `queued`. */
function hearing(driver: LockDriver, resource: string, attempt: DriverAttempt, queued: () => void): PendingGrant {
  const passedOn: DriverAttempt = {
    wait: attempt.wait,
    maxQueue: attempt.maxQueue,
    info: attempt.info,
    queued(place) {
      queued();
      attempt.queued?.(place);
    },
    renewed: (result) => attempt.renewed?.(result),
    lost: (loss) => attempt.lost?.(loss),
  };
  const pending = driver.acquire(resource, passedOn);
  return { answer: pending.answer, cancel: () => pending.cancel() };
}

/** Until when a grant holds, on the machine's clock. */
export function deadlineOf(grant: DriverGrant): number {
  return machineTime(grant.deadline);
}
