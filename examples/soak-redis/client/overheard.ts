/**
 * A driver that another one listens in on: what the engine says is reported in the moment in which it is heard, and
 * with the grant's own deadline, which the lock above does not show.
 *
 * Invariant: what passes through is not changed; the grant is the driver's own object.
 */
import type { DriverAttempt, DriverGrant, LockDriver } from 'lockmeter';
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
    acquire: (resource, attempt) => driver.acquire(resource, withAnEar(attempt, listener)),
    inspect: (resource) => driver.inspect(resource),
    health: () => driver.health(),
    on: (event) => driver.on(event),
    close: () => driver.close(),
  };
}

/** The attempt, with an ear at its place in the queue and its grant. */
function withAnEar(attempt: DriverAttempt, listener: Listener): DriverAttempt {
  const { wait, maxQueue, info } = attempt;
  const label = info.label!;
  return {
    wait,
    maxQueue,
    info,
    queued(place) {
      listener.queued(label);
      attempt.queued?.(place);
    },
    granted(grant) {
      listener.granted(label, grant);
      attempt.granted(grant);
    },
    refused: (refusal) => attempt.refused(refusal),
    failed: (error) => attempt.failed(error),
    renewed: (result) => attempt.renewed?.(result),
    lost: (loss) => attempt.lost?.(loss),
  };
}

/** Until when a grant holds, on the machine's clock. */
export function deadlineOf(grant: DriverGrant): number {
  return machineTime(grant.deadline);
}
