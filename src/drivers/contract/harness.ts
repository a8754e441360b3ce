/**
 * What the suite needs to know of an engine, and what it makes of it: cases for any test runner.
 *
 * Invariant: nothing here belongs to a test framework.
 */
import type { LockDriver } from '../driver.js';

/**
 * An engine, as the suite sees it. Times in milliseconds.
 *
 * @example
 * const engine = memoryDriver();
 * const harness: DriverHarness = { open: () => engine.replica(), takeAway: (resource) => engine.takeAway(resource) };
 */
export interface DriverHarness {
  /** Makes a new driver on the same engine, as another process has. The suite closes it. */
  open(): LockDriver | Promise<LockDriver>;
  /** Has the engine forget everything. Called before each case. */
  reset?(): void | Promise<void>;
  /**
   * Has the engine take the resource from whoever holds it, behind the driver's back, so that the holder can learn of it. Without
   * it, the cases about such losses are left out.
   */
  takeAway?(resource: string): void | Promise<void>;
  /**
   * Has the engine cut the connections of its drivers, which may come back at once. Without it, the cases about requests that are
   * sent again are left out.
   */
  disconnect?(): void | Promise<void>;
  /** How long the leases of the drivers last. Without it, the cases about leases are left out; they take six leases in all. */
  readonly lease?: number;
  /** How many things the engine keeps that it should not, now that nobody holds or waits: keys, rows, sessions. */
  leftovers?(): number | Promise<number>;
  /** How long anything may take before a case fails; 5 000 unless told. A loss may take a lease longer. */
  readonly patience?: number;
  /** What the random schedules come from; random itself unless told. A failure tells it, so that it can be repeated. */
  readonly seed?: number;
}

/**
 * One case of the suite. Cases may run in any order, but not at the same time.
 *
 * @example
 * for (const { title, run, timeout } of driverContract(harness)) test(title, run, timeout);
 */
export interface ContractCase {
  /** What is demanded of the driver. */
  readonly title: string;
  /** Milliseconds to grant it. It fails by itself long before, and says why. */
  readonly timeout: number;
  /** Rejects with an `AssertionError` when the driver does not keep to it. */
  readonly run: () => Promise<void>;
}
