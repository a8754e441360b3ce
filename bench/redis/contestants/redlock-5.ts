/** redlock 5, a beta since 2022, on one server: as redlock 4, with promises. */
import Redlock from 'redlock5';
import { ioredis } from './clients.js';
import { type Contestant, pairOf } from './contestant.js';
import { PAIR_IOREDIS } from './floors.js';

export const redlock5 = contestant('redlock 5 beta');

export const redlock5Fast = contestant('redlock 5 beta, every 20 ± 10 ms', { retryDelay: 20, retryJitter: 10 });

function contestant(name: string, delays?: { retryDelay: number; retryJitter: number }): Contestant {
  return {
    name,
    floor: PAIR_IOREDIS,
    waitsOnly: delays !== undefined,
    async open(port) {
      const client = await ioredis(port);
      const redlock = new Redlock([client], { retryCount: -1, ...delays });
      const acquire = async (resource: string) => {
        const lock = await redlock.acquire([resource], 15_000);
        return () => lock.release();
      };
      return pairOf(acquire, () => client.quit());
    },
  };
}
