/**
 * Rules 2 and 4: turns go by arrival, nobody barges, and a release wakes exactly the next.
 */
import { deepEqual, equal } from 'node:assert/strict';
import type { Asked } from '../asked.js';
import type { Scenario } from '../scenario.js';

const DRIVERS = 5;
const WAITERS = 200;
const TRIES = 10;

/** Each has its turn and passes it on. Gives the numbers of the waiters, in the order of their turns. */
async function turnsOf(waiters: readonly Asked[]): Promise<number[]> {
  const turns: number[] = [];
  await Promise.all(
    waiters.map(async (waiter) => {
      await waiter.granted();
      turns.push(Number(waiter.name));
      await waiter.release();
    }),
  );
  return turns;
}

/** The arrivals among which the engine keeps order: all, or those of one driver. */
function orders(numbers: readonly number[], global: boolean): number[][] {
  if (global) return [[...numbers]];
  return Array.from({ length: DRIVERS }, (_, driver) => numbers.filter((number) => number % DRIVERS === driver));
}

export const order: readonly Scenario[] = [
  {
    title: `${WAITERS} waiters over ${DRIVERS} drivers have their turns in the order of arrival`,
    async play(scene) {
      const drivers = await scene.openAll(DRIVERS);
      const resource = scene.resource();
      const holder = await scene.hold(drivers[0]!, resource);
      const waiters: Asked[] = [];
      for (let i = 0; i < WAITERS; i++) waiters.push(await scene.line(drivers[i % DRIVERS]!, resource, String(i)));
      const [turns] = await Promise.all([turnsOf(waiters), holder.release()]);
      const global = drivers[0]!.caps.ordering === 'global-fifo';
      const arrivals = waiters.map((_, i) => i);
      deepEqual(orders(turns, global), orders(arrivals, global), 'the order of turns is another');
    },
  },
  {
    title: 'who gives up loses only its own turn',
    async play(scene) {
      const drivers = await scene.openAll(DRIVERS);
      const resource = scene.resource();
      const holder = await scene.hold(drivers[0]!, resource);
      const waiters: Asked[] = [];
      for (let i = 0; i < 20; i++) waiters.push(await scene.line(drivers[i % DRIVERS]!, resource, String(i)));
      const stay = waiters.filter((_, i) => i % 3 === 1);
      for (const waiter of waiters) if (!stay.includes(waiter)) waiter.cancel();
      const [turns] = await Promise.all([turnsOf(stay), holder.release()]);
      const global = drivers[0]!.caps.ordering === 'global-fifo';
      const arrivals = stay.map((waiter) => Number(waiter.name));
      deepEqual(orders(turns, global), orders(arrivals, global), 'the order of turns is another');
    },
  },
  {
    title: 'nobody barges while somebody waits, not even in the tick of the release',
    async play(scene) {
      const [here, there, elsewhere] = await scene.openAll(3);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource);
      const waiter = await scene.line(there!, resource, 'the waiter');
      const released = holder.release();
      for (let i = 0; i < TRIES; i++) {
        await scene.ask(elsewhere!, resource, 'a barger', { wait: false }).refused('busy');
      }
      await released;
      await waiter.granted();
    },
  },
  {
    title: 'a release wakes one waiter, and only one',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource);
      const first = await scene.line(there!, resource, 'the first waiter');
      const others = [
        await scene.line(there!, resource, 'the second waiter'),
        await scene.line(there!, resource, 'the third waiter'),
      ];
      await holder.release();
      await first.granted();
      for (let i = 0; i < TRIES; i++) {
        await scene.ask(here!, resource, 'somebody who asks meanwhile', { wait: false }).refused('busy');
      }
      const woken = others.filter((waiter) => !waiter.waits).map(({ name }) => name);
      equal(woken.join(), '', 'more than one was woken');
    },
  },
];
