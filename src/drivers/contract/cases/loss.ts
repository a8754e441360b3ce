/**
 * Rule 5, as far as an engine that takes a lock away can show it: a loss is told, once, and nothing is released that is not held.
 */
import { equal, notEqual, ok } from 'node:assert/strict';
import type { Asked } from '../asked.js';
import type { Scenario } from '../scenario.js';
import type { Scene } from '../scene.js';

async function untilLost(scene: Scene, holder: Asked): Promise<void> {
  const told = (): true | undefined => (holder.losses.length > 0 ? true : undefined);
  await scene.lossPatience.until(told, () => `${holder.name} was not told that it lost`);
}

export const loss: readonly Scenario[] = [
  {
    title: 'a holder whose resource was taken away is told so, once',
    needs: 'takeAway',
    async play(scene) {
      const driver = await scene.open();
      const resource = scene.resource();
      const holder = await scene.hold(driver, resource);
      await scene.harness.takeAway!(resource);
      await untilLost(scene, holder);
      equal(holder.grant!.isValid(), false, 'isValid() is true after the loss');
      const { cause } = holder.losses[0]!;
      ok(['taken', 'session', 'lease-deadline'].includes(cause), `the cause of the loss is ${cause}`);
      // What would be told twice is told by now.
      await scene.free(driver, resource, 'after it was taken away');
      equal(holder.losses.length, 1, 'it was told more than once');
    },
  },
  {
    title: 'a release after the loss does not reject, and takes nothing from the next holder',
    needs: 'takeAway',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource, 'who loses');
      await scene.harness.takeAway!(resource);
      await untilLost(scene, holder);
      const next = await scene.hold(there!, resource, 'the next');
      notEqual(await holder.release(), 'released', 'it released what was not its own');
      for (let i = 0; i < 5; i++) await scene.ask(here!, resource, 'a newcomer', { wait: false }).refused('busy');
      ok(next.holds, 'the next holder does not hold any more');
    },
  },
  {
    title: 'a holder that releases what was taken away meanwhile is not told that it lost',
    needs: 'takeAway',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource, 'who releases');
      const released = holder.release();
      await scene.harness.takeAway!(resource);
      await released;
      await scene.hold(there!, resource, 'the next');
      equal(holder.losses.length, 0, 'it was told that it lost');
    },
  },
];
