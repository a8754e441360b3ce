/**
 * What a driver says of itself, and rule 8: it keeps no process alive.
 */
import { deepEqual, equal, ok } from 'node:assert/strict';
import type { DriverEvent } from '../../driver.js';
import type { Scenario } from '../scenario.js';
import { realProcess } from '../unheard.js';

/** Timers that keep the process alive. */
function timers(): number {
  const active = realProcess().getActiveResourcesInfo();
  return active.filter((resource) => resource === 'Timeout').length;
}

export const health: readonly Scenario[] = [
  {
    title: 'health() says ready, since when and where, and in the end closed',
    async play(scene) {
      const before = Date.now();
      const driver = await scene.open();
      await scene.hold(driver, scene.resource());
      const { state, since, address, error } = driver.health();
      equal(state, 'ready', 'it is not ready although it has granted');
      equal(error, undefined, 'it is ready and has an error');
      ok(since >= before - 1 && since <= Date.now() + 1, `it is ready since ${since}, and was opened at ${before}`);
      if (driver.caps.holdBound !== 'process') ok(address, 'it does not say where the engine is');
      const heard: DriverEvent[] = [];
      driver.on((event) => heard.push(event));
      await driver.close();
      const states = heard.flatMap((event) => (event.type === 'health' ? event.health.state : []));
      deepEqual(states, ['closed'], 'listeners did not hear, once, that it is closed');
      equal(driver.health().state, 'closed');
    },
  },
  {
    title: 'who stops listening hears no more',
    async play(scene) {
      const driver = await scene.open();
      const heard: DriverEvent[] = [];
      const listener = (event: DriverEvent): void => void heard.push(event);
      const stops = [driver.on(listener), driver.on(listener)];
      for (const stop of stops) stop();
      await (await scene.hold(driver, scene.resource())).release();
      await driver.close();
      deepEqual(heard, [], 'it heard something all the same');
    },
  },
  {
    title: 'a driver that talks to a server tells of its requests',
    async play(scene) {
      const driver = await scene.open();
      const heard: DriverEvent[] = [];
      driver.on((event) => heard.push(event));
      await (await scene.hold(driver, scene.resource())).release();
      const trips = heard.flatMap((event) => (event.type === 'trip' ? event : []));
      for (const { operation, result, duration } of trips) {
        equal(result, 'ok', `${operation} went wrong`);
        ok(duration >= 0 && duration < scene.patience.limit, `${operation} took ${duration} ms`);
      }
      const operations = ['acquire', 'release'].filter((each) => trips.some(({ operation }) => operation === each));
      deepEqual(
        operations,
        driver.caps.holdBound === 'process' ? [] : ['acquire', 'release'],
        'the requests are others',
      );
    },
  },
  {
    title: 'no timer of a driver keeps the process alive',
    async play(scene) {
      const before = timers();
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      await scene.hold(here!, resource);
      await scene.line(there!, resource, 'the waiter');
      await scene.patience.until(
        () => (timers() <= before ? true : undefined),
        () => 'a timer keeps the process alive while somebody holds and waits',
      );
    },
  },
];
