/**
 * Who may not wait is refused, and who waits is told where it stands.
 */
import { equal, fail } from 'node:assert/strict';
import type { LockDriver, QueuePlace } from '../../driver.js';
import type { Asked } from '../asked.js';
import type { Scenario } from '../scenario.js';
import { assertHolder } from '../scene.js';

const INFO = {
  label: 'POST /checkout',
  host: 'shop-1',
  pid: 4_711,
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

function assertPlace(driver: LockDriver, place: QueuePlace | undefined, ahead: number, holder: Asked): void {
  if (driver.caps.ordering !== 'global-fifo' || !driver.caps.sharedInspect) return;
  if (place === undefined) fail('the place in the queue is not told');
  equal(place.ahead, ahead, `it is told that ${place.ahead} are ahead, and not ${ahead}`);
  assertHolder(place.holder, holder);
}

export const refusals: readonly Scenario[] = [
  {
    title: 'who does not wait is refused as busy, and told who holds',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource, 'the holder', { info: INFO });
      const alone = await scene.ask(there!, resource, 'a newcomer', { wait: false }).refused('busy');
      assertPlace(there!, alone.place, 0, holder);
      await scene.line(here!, resource, 'the waiter');
      const behind = await scene.ask(there!, resource, 'another newcomer', { wait: false }).refused('busy');
      assertPlace(there!, behind.place, 1, holder);
    },
  },
  {
    title: 'who does not wait is granted what is free',
    async play(scene) {
      const driver = await scene.open();
      const asked = await scene.hold(driver, scene.resource(), 'a newcomer', { wait: false, maxQueue: 0 });
      equal(asked.place, undefined, 'it was told that it is queued');
    },
  },
  {
    title: 'a line that is full takes nobody, until somebody leaves it',
    async play(scene) {
      const driver = await scene.open();
      const resource = scene.resource();
      const holder = await scene.hold(driver, resource);
      const none = await scene.ask(driver, resource, 'somebody who joins no line', { maxQueue: 0 }).refused('full');
      assertPlace(driver, none.place, 0, holder);
      await scene.line(driver, resource, 'the first waiter', { maxQueue: 2 });
      const second = await scene.line(driver, resource, 'the second waiter', { maxQueue: 2 });
      const full = await scene.ask(driver, resource, 'the third', { maxQueue: 2 }).refused('full');
      assertPlace(driver, full.place, 2, holder);
      second.cancel();
      await scene.patience.until(
        async () => {
          const again = scene.ask(driver, resource, 'who comes again', { maxQueue: 2 });
          await again.heardOf();
          return again.waits ? again : undefined;
        },
        () => 'the line did not become shorter when somebody left it',
      );
    },
  },
  {
    title: 'who waits is told so before its answer: who is ahead and who holds',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource, 'the holder', { info: INFO });
      const first = await scene.line(there!, resource, 'the first waiter');
      const second = await scene.line(there!, resource, 'the second waiter');
      assertPlace(there!, first.place, 0, holder);
      assertPlace(there!, second.place, 1, holder);
      await holder.release();
      await first.granted();
      const third = await scene.line(there!, resource, 'the third waiter');
      assertPlace(there!, third.place, 1, first);
    },
  },
];
