/**
 * An engine that was there and is away, as the layers above meet that: what is told of it, and that nothing of it is told on.
 */
import { type DriverHealth, type LockDriver, type LockManager, type MemoryDriver, memoryDriver } from 'lockmeter';
import { isolatedManager } from './isolated.js';
import { ADDRESS, driverInState } from './unreachable-driver.js';

/** What nobody outside is to read of it. */
export const TELLING = /ECONNREFUSED|redis|6379|secret/i;

/** What clients are told then. */
export const AWAY = 'The service that keeps the locks is not available. Try again later.';

/** The health of an engine that has not answered for so many milliseconds. */
export function awayFor(time: number): DriverHealth {
  const error = new Error(`connect ECONNREFUSED ${ADDRESS}`);
  return { state: 'degraded', since: Date.now() - time, address: ADDRESS, error };
}

/**
 * A driver whose engine never answers an attempt, and says of itself what is in `health`: since as long ago as now, however
 * long the test takes.
 */
export function silentDriver(health: DriverHealth): LockDriver {
  const age = Date.now() - health.since;
  return {
    ...driverInState(health),
    health: () => ({ ...health, since: Date.now() - age }),
    acquire: () => ({ cancel: () => undefined }),
  };
}

/** A driver, and a manager in another process that holds the lock `name` there. */
export async function heldElsewhere(name: string): Promise<{ driver: MemoryDriver; holder: LockManager }> {
  const driver = memoryDriver();
  const holder = isolatedManager({ driver: driver.replica() });
  await holder.lock(name).hold({ label: 'POST /secret by alice' });
  return { driver, holder };
}
