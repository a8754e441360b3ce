/** redlock 4 on one server: a script, asked again every 200 ± 100 ms, ten times; here for ever. */
import Redlock from 'redlock4';
import { ioredis } from './clients.js';
import { type Contestant, pairOf } from './contestant.js';
import { PAIR_IOREDIS } from './floors.js';

export const redlock4 = contestant('redlock 4');

export const redlock4Fast = contestant('redlock 4, every 20 ± 10 ms', { retryDelay: 20, retryJitter: 10 });

function contestant(name: string, delays?: { retryDelay: number; retryJitter: number }): Contestant {
  return {
    name,
    floor: PAIR_IOREDIS,
    waitsOnly: delays !== undefined,
    async open(port) {
      const client = await ioredis(port);
      const redlock = new Redlock([client], { retryCount: -1, ...delays });
      const acquire = async (resource: string) => {
        const lock = await redlock.acquire(resource, 15_000);
        return () => lock.unlock();
      };
      return pairOf(acquire, () => client.quit());
    },
  };
}
