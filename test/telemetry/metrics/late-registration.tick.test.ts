/**
 * A meter provider that is registered while nothing happens that could tell.
 */
import { jest } from '@jest/globals';
import { metrics } from '@opentelemetry/api';
import { deferred } from '../../support/deferred.js';
import { startMeter } from '../../support/meters.js';
import { installControlledTimers } from '../../support/pass-time.js';
import { turn } from '../../support/ticks.js';

installControlledTimers();
const { instrumentLocks } = await import('lockmeter/opentelemetry');
const { TICK } = await import('../../../src/ticker.js');
const { isolatedManager } = await import('../../support/isolated.js');

test('registered while the only lock is stuck: seen by the tick, with nothing observed', async () => {
  const manager = isolatedManager();
  const open = deferred();
  const run = manager.run('stuck', () => open.promise);
  const stop = instrumentLocks({ manager });
  const meter = startMeter();
  metrics.setGlobalMeterProvider(meter.provider);
  expect((await meter.collect()).size).toBe(0);
  jest.advanceTimersByTime(TICK);
  await turn();
  expect((await meter.collect()).get('lockmeter.locked')!.dataPoints[0]!.value).toBe(1);
  open.resolve();
  await run;
  stop();
  metrics.disable();
});
