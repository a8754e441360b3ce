/**
 * Rule 1: at most one grant of a resource is valid at any instant.
 */
import { equal, ok } from 'node:assert/strict';
import { turn } from '../patience.js';
import type { Scenario } from '../scenario.js';

const DRIVERS = 4;
const TURNS = 25;

export const exclusion: readonly Scenario[] = [
  {
    title: 'a free resource is granted at once, and the grant is valid',
    async play(scene) {
      const holder = await scene.hold(await scene.open(), scene.resource());
      const grant = await holder.granted();
      equal(typeof grant.fencingToken, 'bigint', 'the fencing token is no bigint');
      ok(grant.deadline > performance.now(), `the deadline ${grant.deadline} is not ahead`);
      equal(grant.isValid(), true, 'isValid() is not true');
      equal(holder.place, undefined, 'it was told that it is queued');
    },
  },
  {
    title: 'holders exclude one another, whichever drivers they use',
    async play(scene) {
      const drivers = await scene.openAll(DRIVERS);
      const resource = scene.resource();
      let inside = 0;
      const client = async (index: number): Promise<void> => {
        for (let i = 0; i < TURNS; i++) {
          const asked = await scene.hold(drivers[index]!, resource, `client ${index}, turn ${i}`);
          equal(++inside, 1, `${asked.name} is not alone`);
          await turn();
          inside--;
          equal(await asked.release(), 'released', `${asked.name} could not release`);
        }
      };
      await Promise.all(drivers.map((_, index) => client(index)));
    },
  },
  {
    title: 'a resource does not wait for another',
    async play(scene) {
      const [here, there] = await scene.openAll(2);
      const holders = await Promise.all(
        [here!, there!, here!].map((driver, i) => scene.hold(driver, scene.resource(`resource ${i}`), `holder ${i}`)),
      );
      for (const holder of holders) ok(holder.holds, `${holder.name} does not hold`);
    },
  },
];
