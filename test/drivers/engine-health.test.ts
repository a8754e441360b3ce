/**
 * How it stands with an engine, and who hears of it.
 */
import { jest } from '@jest/globals';
import type { DriverEvent } from '../../src/drivers/driver.js';
import { DriverListeners } from '../../src/drivers/driver-listeners.js';
import { EngineHealth } from '../../src/drivers/engine-health.js';
import { turn } from '../support/ticks.js';

const time = { wall: 100 };
const clocks = { monotonic: () => 0, wall: () => time.wall };

test('each change is told once, with its time and what went wrong', () => {
  const listeners = new DriverListeners();
  const heard: DriverEvent[] = [];
  listeners.add((event) => heard.push(event));
  const health = new EngineHealth(clocks, listeners);
  const error = new Error('refused');
  expect(health.current()).toEqual({ state: 'connecting', since: 100, address: undefined, error: undefined });
  health.becomeDegraded(error);
  expect([health.current().state, health.current().error]).toEqual(['connecting', error]);
  time.wall = 200;
  health.address = 'here:1';
  health.becomeReady();
  health.becomeReady();
  time.wall = 300;
  health.becomeDegraded(error);
  health.becomeDegraded(new Error('again'));
  time.wall = 400;
  health.close();
  health.becomeReady();
  expect(
    heard.map((event) => event.type === 'health' && [event.health.state, event.health.since, event.health.error]),
  ).toEqual([
    ['ready', 200, undefined],
    ['degraded', 300, error],
    ['closed', 400, expect.any(Error)],
  ]);
});

test('a listener that throws is warned of once, and the others hear', () => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const listeners = new DriverListeners();
  const heard: string[] = [];
  listeners.add(() => {
    throw new Error('broken');
  });
  const hear = (event: DriverEvent): void => void heard.push(event.type);
  const [stop] = [listeners.add(hear), listeners.add(hear)];
  listeners.tell({ type: 'missed-wake', resource: 'stock' });
  stop();
  stop();
  listeners.tell({ type: 'missed-wake', resource: 'stock' });
  expect([heard.length, warned.mock.calls.length, listeners.any]).toEqual([3, 1, true]);
  warned.mockRestore();
});

test('so is one that rejects', async () => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const listeners = new DriverListeners();
  listeners.add(async () => {
    throw new Error('broken');
  });
  for (let i = 0; i < 2; i++) listeners.tell({ type: 'missed-wake', resource: 'stock' });
  await turn();
  expect(warned).toHaveBeenCalledTimes(1);
  warned.mockRestore();
});

test('it is known whether anybody listens', () => {
  const listeners = new DriverListeners();
  expect(listeners.any).toBe(false);
  const stop = listeners.add(() => {});
  expect(listeners.any).toBe(true);
  stop();
  expect(listeners.any).toBe(false);
});
