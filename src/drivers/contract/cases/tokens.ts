/**
 * Rule 3: fencing tokens grow from grant to grant, over drivers, in line or not. Every case looks at it; these make the grants.
 */
import { equal, ok } from 'node:assert/strict';
import type { Asked } from '../asked.js';
import type { Scenario } from '../scenario.js';

function assertGrowing(grants: readonly Asked[]): void {
  const tokens = grants.map((asked) => asked.grant!.fencingToken);
  tokens.forEach((token, i) => {
    ok(token > 0n, `the token ${token} is not positive`);
    ok(i === 0 || token > tokens[i - 1]!, `tokens do not grow: ${tokens.join(', ')}`);
  });
}

export const tokens: readonly Scenario[] = [
  {
    title: 'tokens grow from grant to grant, over drivers that come and go',
    async play(scene) {
      const resource = scene.resource();
      const grants: Asked[] = [];
      for (let i = 0; i < 4; i++) {
        const driver = await scene.open();
        for (let k = 0; k < 3; k++) {
          const asked = await scene.hold(driver, resource, `holder ${grants.length}`);
          grants.push(asked);
          await asked.release();
        }
        if (i % 2 === 0) await driver.close();
      }
      assertGrowing(grants);
    },
  },
  {
    title: 'tokens grow along a line of waiters',
    async play(scene) {
      const drivers = await scene.openAll(3);
      const resource = scene.resource();
      const holder = await scene.hold(drivers[0]!, resource);
      const grants = [holder];
      const waiters: Asked[] = [];
      for (let i = 0; i < 9; i++) waiters.push(await scene.line(drivers[i % 3]!, resource, `waiter ${i}`));
      const turns = waiters.map(async (waiter) => {
        await waiter.granted();
        grants.push(waiter);
        await waiter.release();
      });
      await Promise.all([...turns, holder.release()]);
      assertGrowing(grants);
    },
  },
  {
    title: 'the token that others are shown is that of the grant',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const resource = scene.resource();
      const holder = await scene.hold(here!, resource);
      const seen = await there!.inspect(resource);
      if (there!.caps.sharedInspect) {
        equal(seen.holder?.fencingToken, holder.grant!.fencingToken, 'another token is shown');
      }
    },
  },
];
