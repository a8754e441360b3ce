/**
 * Where a shop is that has several processes: this one has the customers and the view, the replicas sell.
 *
 * Invariant: the stock is opened once, before the first replica; whatever ends this process, neither the replicas nor the Redis
 * that was started for them stay; and that stays until the last of them has given back its locks.
 */
import { InvoiceNumbers } from '../invoice-numbers.js';
import { UsageError } from '../options.js';
import type { Opening, Premises } from '../premises.js';
import { MissingProgramError, RedisProcess } from '../servers/redis-process.js';
import { SHOP } from '../settings.js';
import { StockStore } from '../stock-store.js';
import { Fleet } from './fleet.js';

/**
 * Opens as many replicas of this very program as the options say.
 *
 * @throws UsageError when there is no Redis, or one of them does not open.
 */
export async function openReplicas({ options, directory, tracing }: Opening): Promise<Premises> {
  const { replicas, port, redis } = options;
  const own = redis?.url === undefined ? await startRedis() : undefined;
  const url = own?.url ?? redis!.url!;
  try {
    await openBooks(directory);
    const order = { settings: { ...SHOP, directory }, redis: url };
    const [program, traces, lifeline] = [process.argv[1]!, tracing.recent, own?.lifeline];
    const fleet = await Fleet.open({ program, replicas, port, order, traces, lifeline });
    return {
      ports: fleet.ports,
      nextPort: () => fleet.nextPort(),
      engine: new URL(url).host,
      watched: {
        snapshot: () => fleet.snapshot(),
        news: (say) => fleet.news(say),
        traces,
        replicas: () => fleet.rows(),
      },
      async close() {
        await fleet.close();
        await own?.stop();
      },
    };
  } catch (error) {
    await own?.stop();
    throw error;
  }
}

async function openBooks(directory: string): Promise<void> {
  await new StockStore(directory).open(SHOP.stock);
  await new InvoiceNumbers(directory).open();
}

async function startRedis(): Promise<RedisProcess> {
  try {
    return await RedisProcess.start();
  } catch (error) {
    if (!(error instanceof MissingProgramError)) throw error;
    throw new UsageError(`${error.message} Or name one with --redis-url: processes share their locks there.`);
  }
}
