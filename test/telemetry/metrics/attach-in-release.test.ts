/**
 * A meter provider may be noticed in the middle of a release, when the hold is counted and its lock is not free yet. Nothing
 * must be looked at then, or the time of that hold is there twice.
 */
import { metrics } from '@opentelemetry/api';
import { clock, installControlledClock } from '../../support/controlled-clock.js';

installControlledClock();
const { instrumentLocks } = await import('lockmeter/opentelemetry');
const { isolatedLock, numbersOf } = await import('../../support/isolated.js');
const { startMeter } = await import('../../support/meters.js');

test('the time held is counted once', async () => {
  const { manager, lock } = isolatedLock();
  const stop = instrumentLocks({ manager });
  await lock.acquire();
  clock.time += 100;
  const { provider, collect } = startMeter();
  metrics.setGlobalMeterProvider(provider);
  lock.release();
  await undefined;
  const seen = await collect();
  expect(seen.get('lockmeter.held.time')!.dataPoints[0]!.value).toBe(0.1);
  expect(seen.get('lockmeter.hold.duration')!.dataPoints[0]!.value).toMatchObject({ count: 1, sum: 0.1 });
  expect(numbersOf(manager).heldTimeSeconds).toBe(0.1);
  stop();
  metrics.disable();
});
