/**
 * Rule 5, for engines with leases: they are renewed while the process runs, and their end is seen by the clock.
 */
import { equal, ok } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { turn } from '../patience.js';
import type { Scenario } from '../scenario.js';

/** Keeps the process busy, as a long computation does. */
function stall(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

export const leases: readonly Scenario[] = [
  {
    title: 'a hold lasts longer than its lease, for it is renewed',
    needs: 'lease',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource);
      const waiter = await scene.line(there!, resource, 'the waiter');
      const { deadline } = holder.grant!;
      await sleep(2.5 * scene.harness.lease!);
      ok(holder.holds, `it was lost: ${holder.losses[0]?.cause}`);
      ok(waiter.waits, 'the waiter was granted it meanwhile');
      ok(holder.renewals.includes('ok'), 'it was not told of any renewal');
      ok(holder.grant!.deadline > deadline, 'the deadline has not moved');
      await holder.release();
      await waiter.granted();
    },
  },
  {
    title: 'the deadline counts from the sending of the request, not from its answer',
    needs: 'lease',
    async play(scene) {
      const driver = await scene.open();
      const resource = scene.resource();
      const lease = scene.harness.lease!;
      // The driver is connected by then.
      await (await scene.hold(driver, resource)).release();
      const asked = scene.ask(driver, resource, 'the holder');
      await turn();
      const sent = performance.now();
      stall(lease / 4);
      const { deadline } = await asked.granted();
      ok(
        deadline <= sent + lease,
        `the deadline is ${Math.round(deadline - sent)} ms after the sending, the lease ${lease}`,
      );
    },
  },
  {
    title: 'a process that stood still learns of its loss as soon as it looks',
    needs: 'lease',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource);
      const waiter = await scene.line(there!, resource, 'the waiter');
      stall(1.1 * scene.harness.lease!);
      equal(holder.grant!.isValid(), false, 'isValid() is true although the lease is over');
      equal(holder.losses.length, 1, 'it was not told that it lost before isValid() said so');
      equal(holder.losses[0]!.cause, 'lease-deadline', 'the cause of the loss is another');
      await waiter.granted(scene.lossPatience);
    },
  },
];
