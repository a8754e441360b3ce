/**
 * The suite for drivers, played on locks in memory.
 */

import { driverContract } from 'lockmeter/driver-contract';
import { memoryDriver } from '../../src/drivers/memory/memory-driver.js';

const engine = memoryDriver();

for (const { title, run, timeout } of driverContract({
  open: () => engine.replica(),
  takeAway: (resource) => engine.takeAway(resource),
})) {
  test(title, run, timeout);
}
