/**
 * Rule 6, as far as an engine that cuts connections can show it: a request that is sent again has the effect of one, and nobody's
 * turn is forgotten.
 */
import { deepEqual } from 'node:assert/strict';
import { turn } from '../patience.js';
import type { Scenario } from '../scenario.js';

const DRIVERS = 3;
const WAITERS = 9;
const CUTS = 5;
const TURNS = 15;

export const cuts: readonly Scenario[] = [
  {
    title: 'waiters have their turns although their connections were cut',
    needs: 'disconnect',
    async play(scene) {
      const drivers = await scene.openAll(DRIVERS);
      const resource = scene.resource();
      const holder = await scene.hold(drivers[0]!, resource);
      const arrivals = Array.from({ length: WAITERS }, (_, i) => `waiter ${i}`);
      const waiters = [];
      for (const [i, name] of arrivals.entries()) waiters.push(await scene.line(drivers[i % DRIVERS]!, resource, name));
      await scene.harness.disconnect!();
      const turns: string[] = [];
      const each = waiters.map(async (waiter) => {
        await waiter.granted(scene.lossPatience);
        turns.push(waiter.name);
        await waiter.release();
      });
      await Promise.all([...each, holder.holds ? holder.release() : undefined]);
      // Whose connection is gone when its turn comes may be passed over until it is back.
      deepEqual(turns.sort(), arrivals, 'not everybody had a turn');
    },
  },
  {
    title: 'a waiter that is cancelled as its connection is cut is passed over',
    needs: 'disconnect',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource);
      const leaver = await scene.line(there!, resource, 'who leaves');
      const stayer = await scene.line(here!, resource, 'who stays');
      leaver.cancel();
      await scene.harness.disconnect!();
      if (holder.holds) await holder.release();
      await stayer.granted(scene.lossPatience);
    },
  },
  {
    title: 'requests that are cut off have the effect of one',
    needs: 'disconnect',
    async play(scene) {
      const drivers = await scene.openAll(DRIVERS);
      const resource = scene.resource();
      let going = DRIVERS;
      const client = async (index: number): Promise<void> => {
        for (let i = 0; i < TURNS; i++) {
          const asked = scene.ask(drivers[index]!, resource, `client ${index}, turn ${i}`);
          await asked.granted(scene.lossPatience);
          await turn();
          await asked.release();
        }
        going--;
      };
      const cutter = async (): Promise<void> => {
        for (let i = 0; i < CUTS && going > 0; i++) {
          await turn();
          await scene.harness.disconnect!();
        }
      };
      await Promise.all([cutter(), ...drivers.map((_, index) => client(index))]);
      await scene.free(drivers[0]!, resource, 'after everybody had all turns');
    },
  },
];
