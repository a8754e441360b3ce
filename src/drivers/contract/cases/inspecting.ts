/**
 * What others are shown of a resource: the holder, how many wait, and who is next.
 */
import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Scenario } from '../scenario.js';
import { assertHolder } from '../scene.js';

const SHOWN = 10;
const INFO = { label: 'nightly report', host: 'worker-2', pid: 12 };

export const inspecting: readonly Scenario[] = [
  {
    title: 'inspect() shows a free resource as free, before and after it was held',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const free = { locked: false, queueDepth: 0, holder: undefined, next: [] };
      const shown = async () => {
        const { locked, queueDepth, holder, next } = await there!.inspect(resource);
        return { locked, queueDepth, holder, next: [...next] };
      };
      deepEqual(await shown(), free, 'a resource that nobody ever held is not shown as free');
      const holder = await scene.hold(here!, resource);
      await holder.release();
      deepEqual(await shown(), free, 'a resource that was released is not shown as free');
    },
  },
  {
    title: 'inspect() shows who holds, to every driver that can see it',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource, 'the holder', { info: INFO });
      for (const driver of here!.caps.sharedInspect ? [here!, there!] : [here!]) {
        const state = await driver.inspect(resource);
        equal(state.locked, true, 'it is not shown as locked');
        equal(state.queueDepth, 0, 'somebody is shown to wait');
        assertHolder(state.holder, holder);
        const { leaseLeft } = state.holder!;
        const { lease } = scene.harness;
        if (lease === undefined) equal(leaseLeft, undefined, 'a lease is shown where there is none');
        else ok(leaseLeft! > 0 && leaseLeft! <= lease, `${leaseLeft} ms are left of a lease of ${lease}`);
      }
    },
  },
  {
    title: 'inspect() shows how many wait, and the next of them in order',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource);
      const labels: string[] = [];
      for (let i = 0; i < SHOWN + 2; i++) {
        labels.push(`waiter ${i}`);
        await scene.line(here!, resource, labels[i]!);
      }
      const driver = here!.caps.sharedInspect ? there! : here!;
      const state = await scene.settled(driver, resource, (it) => it.queueDepth === SHOWN + 2, 'twelve waiters');
      assertHolder(state.holder, holder);
      const next = state.next.map(({ label }) => label);
      deepEqual(next, labels.slice(0, SHOWN), 'the next waiters are others, or in another order');
      equal(new Set(state.next.map(({ id }) => id)).size, SHOWN, 'waiters share an id');
      for (const { age } of state.next) ok(age === undefined || age >= 0, `the age of a waiter is ${age}`);
    },
  },
  {
    title: 'inspect() shows the next holder after a release',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource);
      const waiter = await scene.line(there!, resource, 'the waiter', { info: INFO });
      await holder.release();
      await waiter.granted();
      const state = await there!.inspect(resource);
      assertHolder(state.holder, waiter);
      equal(state.queueDepth, 0, 'the holder is counted as a waiter');
    },
  },
  {
    title: 'describe() changes what others are shown of the holder',
    async play(scene) {
      const driver = await scene.open();
      const resource = scene.resource();
      const holder = await scene.hold(driver, resource);
      const grant = await holder.granted();
      if (grant.describe === undefined) return;
      grant.describe({ ...INFO, label: 'described' });
      await scene.settled(driver, resource, (it) => it.holder?.label === 'described', 'what the holder is now');
      ok(holder.holds, 'the holder does not hold any more');
    },
  },
];
