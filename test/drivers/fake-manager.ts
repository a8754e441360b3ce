/** What tests of locks at a driver play on: a driver whose answers the test gives, and a manager with it, new for each test. */
import { LockManager, StatsRegistry } from 'lockmeter';
import { FakeDriver } from './fake-driver.js';

export let driver: FakeDriver;
export let manager: LockManager;

beforeEach(() => {
  driver = new FakeDriver();
  manager = new LockManager({ driver, stats: new StatsRegistry() });
});

/** The numbers of the lock that the test uses. */
export const stats = () => manager.snapshot().locks[0]!;
