/**
 * The suite for drivers, played on Redis through each client library that the driver is made for.
 */
import { Redis } from 'ioredis';
import { type ContractCase, type DriverHarness, driverContract } from 'lockmeter/driver-contract';
import { type RedisClientLike, redisDriver } from 'lockmeter/redis';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { VARIANTS } from './redis/clients.variants.js';

let server: RedisServer;
let admin: Redis;

beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.port, '127.0.0.1');
}, 120_000);

afterAll(async () => {
  await admin.quit();
  await server.stop();
});

/** As if a failover had lost the grant, and somebody else had held and released since. */
async function takeAway(resource: string): Promise<void> {
  const state = (await admin.keys('*:s')).find((key) => key.includes(resource))!;
  const token = Number(await admin.hget(state, 't'));
  await admin.hset(state, { o: '', t: String(token + 1) });
}

/** Keys of those who hold or wait. The state of a lock stays for a day, for its tokens. */
async function leftovers(): Promise<number> {
  const keys = await admin.keys('*');
  const holders = await Promise.all(keys.map((key) => (key.endsWith(':s') ? admin.hget(key, 'o') : 'left')));
  return holders.filter((holder) => holder !== '').length;
}

async function disconnect(): Promise<void> {
  for (const type of ['normal', 'pubsub']) await admin.call('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
}

/** Most cases have leases that no slow machine can lose; those about leases have short ones. */
function casesOf(client: () => RedisClientLike): readonly ContractCase[] {
  const reset = async (): Promise<void> => void (await admin.flushall());
  const withLease = (lease: number): DriverHarness => ({
    open: () => redisDriver({ client: client(), lease }),
    reset,
    takeAway,
    disconnect,
    leftovers,
    lease,
  });
  const basic = new Set(driverContract({ open: withLease(15_000).open }).map(({ title }) => title));
  const long = driverContract(withLease(15_000)).filter(({ title }) => basic.has(title));
  const short = driverContract(withLease(1_000)).filter(({ title }) => !basic.has(title));
  return [...long, ...short];
}

describe.each(VARIANTS.filter(({ cluster }) => !cluster))('$name', ({ make }) => {
  for (const { title, run, timeout } of casesOf(() => make(server.port) as RedisClientLike)) test(title, run, timeout);

  test('no connection is left open', async () => {
    const clients = String(await admin.client('LIST'))
      .trim()
      .split('\n');
    expect(clients).toHaveLength(1);
  });
});
