/** redlock-universal's simple lock: `SET NX PX`, asked again every 100 ms, three times; here for ever. */
import { createLock, IoredisAdapter } from 'redlock-universal';
import { ioredis } from './clients.js';
import { type Contestant, pairOf } from './contestant.js';
import { PAIR_IOREDIS } from './floors.js';

export const redlockUniversal = contestant('redlock-universal');

export const redlockUniversalFast = contestant('redlock-universal, every 20 ms', 20);

function contestant(name: string, retryDelay?: number): Contestant {
  return {
    name,
    floor: PAIR_IOREDIS,
    waitsOnly: retryDelay !== undefined,
    async open(port) {
      const client = await ioredis(port);
      const adapter = new IoredisAdapter(client);
      const acquire = async (key: string) => {
        const lock = createLock({ adapter, key, retryAttempts: 1_000_000, ...(retryDelay && { retryDelay }) });
        const handle = await lock.acquire();
        return () => lock.release(handle);
      };
      return pairOf(acquire, () => client.quit());
    },
  };
}
