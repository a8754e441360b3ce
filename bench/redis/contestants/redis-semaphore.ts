/**
 * redis-semaphore's Mutex: `SET NX PX`, asked again every 10 ms. It renews what it holds, as this package does. It would give up
 * after 10 s.
 */
import { Mutex } from 'redis-semaphore';
import { ioredis } from './clients.js';
import { type Contestant, pairOf } from './contestant.js';
import { PAIR_IOREDIS } from './floors.js';

export const redisSemaphore = contestant('redis-semaphore');

export const redisSemaphore50 = contestant('redis-semaphore, every 50 ms', 50);

function contestant(name: string, retryInterval?: number): Contestant {
  return {
    name,
    floor: PAIR_IOREDIS,
    waitsOnly: retryInterval !== undefined,
    async open(port, lease) {
      const client = await ioredis(port);
      const acquire = async (lock: string) => {
        const mutex = new Mutex(client, lock, { acquireTimeout: 600_000, retryInterval, lockTimeout: lease });
        await mutex.acquire();
        return () => mutex.release();
      };
      return pairOf(acquire, () => client.quit());
    },
  };
}
