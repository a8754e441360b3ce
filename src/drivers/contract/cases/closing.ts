/**
 * What the end of a driver means: for whoever waits or holds through it, and for everybody else.
 */
import { equal, ok } from 'node:assert/strict';
import type { Scenario } from '../scenario.js';

export const closing: readonly Scenario[] = [
  {
    title: 'close() refuses who waits, gives back what is held, and leaves the others alone',
    async play(scene) {
      const [ending, staying] = await scene.openAll(2);
      const [mine, other] = [scene.resource('mine'), scene.resource('other')];
      const holder = await scene.hold(ending!, mine);
      const behind = await scene.line(ending!, mine, 'a waiter of the driver that ends');
      const next = await scene.line(staying!, mine, 'a waiter of the other driver');
      const elsewhere = await scene.hold(staying!, other, 'the holder of the other driver');
      const waiter = await scene.line(ending!, other, 'another waiter of the driver that ends');
      const last = await scene.line(staying!, other, 'another waiter of the other driver');
      await ending!.close();
      await behind.refused('closed');
      await waiter.refused('closed');
      equal(holder.grant!.isValid(), false, 'isValid() is true although the driver is closed');
      equal(holder.losses[0]?.cause, 'closed', 'the holder was not told that it lost');
      await next.granted();
      ok(elsewhere.holds, 'the other driver lost what it held');
      await elsewhere.release();
      await last.granted();
    },
  },
  {
    title: 'after close() attempts are refused, and what is left to end ends',
    async play(scene) {
      const driver = await scene.open();
      const resource = scene.resource();
      const holder = await scene.hold(driver, resource);
      const waiter = await scene.line(driver, resource, 'the waiter');
      await driver.close();
      await scene.ask(driver, resource, 'who comes too late').refused('closed');
      await scene.ask(driver, resource, 'who does not wait', { wait: false }).refused('closed');
      equal(driver.health().state, 'closed', 'health() does not say that it is closed');
      waiter.cancel();
      await holder.release();
      await holder.release();
    },
  },
  {
    title: 'close() may be called again, at the same time and later',
    async play(scene) {
      const driver = await scene.open();
      await scene.hold(driver, scene.resource());
      await scene.patience.for(Promise.all([driver.close(), driver.close()]).then(), 'close() did not end');
      await scene.patience.for(driver.close(), 'close() did not end');
    },
  },
  {
    title: 'close() in the tick of an attempt leaves nothing held',
    async play(scene) {
      const [ending, staying] = await scene.openAll(2);
      const resource = scene.resource();
      const asked = scene.ask(ending!, resource, 'who asks');
      await scene.patience.for(ending!.close(), 'close() did not end');
      await asked.answer();
      equal(asked.holds, false, 'it holds although the driver is closed');
      await scene.hold(staying!, resource, 'the next');
    },
  },
  {
    title: 'a driver that nobody used is closed as well',
    async play(scene) {
      const driver = await scene.open();
      await scene.patience.for(driver.close(), 'close() did not end');
      equal(driver.health().state, 'closed', 'health() does not say that it is closed');
    },
  },
];
