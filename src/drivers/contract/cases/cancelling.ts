/**
 * Rule 7: whoever gives up is gone, whatever was on its way, and the next one has the turn.
 */
import { equal, ok } from 'node:assert/strict';
import type { Scenario } from '../scenario.js';

export const cancelling: readonly Scenario[] = [
  {
    title: 'an attempt that is cancelled at once holds nothing',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      for (let i = 0; i < 5; i++) scene.ask(here!, resource, 'who left at once').cancel();
      await scene.hold(there!, resource, 'the next');
    },
  },
  {
    title: 'an attempt that is cancelled as its answer comes gives the grant back',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const asked = scene.ask(here!, resource, 'who leaves');
      asked.onAnswer(() => asked.cancel());
      await asked.answer();
      await scene.hold(there!, resource, 'the next');
    },
  },
  {
    title: 'a waiter that is cancelled is passed over',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource);
      const leaver = await scene.line(there!, resource, 'who leaves');
      const stayer = await scene.line(there!, resource, 'who stays');
      leaver.cancel();
      leaver.cancel();
      await holder.release();
      await stayer.granted();
      equal(leaver.grant, undefined, 'who left was granted it');
    },
  },
  {
    title: 'a waiter that is cancelled before it knows that it is queued is passed over',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource);
      const leaver = scene.ask(there!, resource, 'who leaves');
      leaver.cancel();
      const stayer = await scene.line(there!, resource, 'who stays');
      await holder.release();
      await stayer.granted();
    },
  },
  ...(['before', 'after'] as const).map(
    (when): Scenario => ({
      title: `a waiter that is cancelled in the tick of its grant, just ${when} the release, passes the turn on`,
      async play(scene) {
        const [here, there] = await scene.openAll(2);
        const resource = scene.resource();
        for (let i = 0; i < 5; i++) {
          const holder = await scene.hold(here!, resource);
          const leaver = await scene.line(there!, resource, 'who leaves');
          const stayer = await scene.line(here!, resource, 'who stays');
          if (when === 'before') leaver.cancel();
          const released = holder.release();
          if (when === 'after') leaver.cancel();
          equal(await released, 'released', 'the release went otherwise');
          await stayer.granted();
          await stayer.release();
        }
      },
    }),
  ),
  {
    title: 'a cancel that comes after the release takes nothing from the next holder',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const first = await scene.hold(here!, resource);
      await first.release();
      const second = await scene.hold(there!, resource, 'the next');
      first.cancel();
      for (let i = 0; i < 5; i++) await scene.ask(here!, resource, 'a newcomer', { wait: false }).refused('busy');
      ok(second.holds, 'the next holder does not hold any more');
    },
  },
  {
    title: 'a hundred waiters that leave at once leave nothing behind',
    async play(scene) {
      const drivers = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(drivers[0]!, resource);
      const leavers = Array.from({ length: 100 }, (_, i) => scene.ask(drivers[i % 2]!, resource, `waiter ${i}`));
      await Promise.all(leavers.map((leaver) => leaver.standing()));
      const last = await scene.line(drivers[1]!, resource, 'who stays');
      for (const leaver of leavers) leaver.cancel();
      await holder.release();
      await last.granted();
      await last.release();
      await scene.free(drivers[1]!, resource, 'after a hundred waiters left');
    },
  },
];
