/**
 * Rules 4 and 6: a release gives the resource away once, however often it is called.
 */
import { equal, ok } from 'node:assert/strict';
import type { Asked } from '../asked.js';
import type { Scenario } from '../scenario.js';

export const releasing: readonly Scenario[] = [
  {
    title: 'a release frees the resource',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource);
      equal(await holder.release(), 'released', 'the release went otherwise');
      equal((await holder.granted()).isValid(), false, 'isValid() is true after the release');
      await scene.hold(there!, resource, 'the next', { wait: false });
    },
  },
  {
    title: 'a second release takes nothing from the next holder',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const first = await scene.hold(here!, resource);
      const second = await scene.line(there!, resource, 'the next');
      await first.release();
      await second.granted();
      await first.release();
      for (let i = 0; i < 5; i++) await scene.ask(here!, resource, 'a newcomer', { wait: false }).refused('busy');
      ok(second.holds, 'the next holder does not hold any more');
      equal(second.losses.length, 0, 'the next holder lost');
    },
  },
  {
    title: 'who is granted may release and ask again as it is told',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource);
      const waiter = await scene.line(there!, resource, 'who releases at once');
      const other = await scene.line(here!, resource, 'who waits as well');
      let again: Asked | undefined;
      // In which order these two have their turns is another case's.
      other.onAnswer(() => void other.release());
      waiter.onAnswer(() => {
        void waiter.release();
        again = scene.ask(there!, resource, 'who asks again');
        again.onAnswer(() => void again!.release());
      });
      await holder.release();
      await other.granted();
      await again!.granted();
    },
  },
  {
    title: 'two releases in one tick pass one turn on',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource);
      const first = await scene.line(there!, resource, 'the first waiter');
      const second = await scene.line(there!, resource, 'the second waiter');
      await Promise.all([holder.release(), holder.release()]);
      await first.granted();
      for (let i = 0; i < 5; i++) await scene.ask(there!, resource, 'a newcomer', { wait: false }).refused('busy');
      ok(second.waits, 'the second waiter was woken too');
    },
  },
  {
    title: 'a hold that was released is not lost',
    async play(scene) {
      const driver = await scene.open();
      const resource = scene.resource();
      const holder = await scene.hold(driver, resource);
      await holder.release();
      await driver.close();
      equal(holder.losses.length, 0, 'the holder was told that it lost');
    },
  },
];
