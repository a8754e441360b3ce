/** verrou with its Redis store: `SET NX PX`, asked again every 250 ms, for ever. */
import { LockFactory } from '@verrou/core';
import { redisStore } from '@verrou/core/drivers/redis';
import { ioredis } from './clients.js';
import { type Contestant, pairOf } from './contestant.js';
import { PAIR_IOREDIS } from './floors.js';

export const verrou = contestant('verrou');

export const verrouFast = contestant('verrou, every 20 ms', 20);

function contestant(name: string, delay?: number): Contestant {
  return {
    name,
    floor: PAIR_IOREDIS,
    waitsOnly: delay !== undefined,
    async open(port) {
      const client = await ioredis(port);
      const factory = new LockFactory(redisStore({ connection: client }).factory(), { retry: { delay } });
      const acquire = async (key: string) => {
        const lock = factory.createLock(key);
        if (!(await lock.acquire())) throw new Error('verrou gave up');
        return () => lock.release();
      };
      return pairOf(acquire, () => client.quit());
    },
  };
}
