/**
 * The page about several processes against the code: its examples compile, its options are those there are.
 */
import { Redis } from 'ioredis';
import { LockManager, StatsRegistry } from 'lockmeter';
import { redisDriver } from 'lockmeter/redis';
import { createClient } from 'redis';
import { DocsPage } from '../support/docs-page.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const page = new DocsPage('docs/distributed.md');

test('its examples compile', () => {
  expect(page.code('ts').length).toBeGreaterThanOrEqual(3);
  expect(page.compilerErrors()).toBe('');
});

test('its table of options has every option, with the defaults', () => {
  const [rows] = page.tables('Options of `redisDriver`');
  const documented = rows!.flatMap(([names]) => Array.from(names!.matchAll(/`(\w+)`/g), ([, name]) => name!));
  let message = '';
  try {
    redisDriver({ other: 1 } as never);
  } catch (error) {
    ({ message } = error as Error);
  }
  expect(documented.sort()).toEqual(/known are (.*)$/.exec(message)![1]!.split(', ').sort());
});

describe('a user who has nothing but what the page asks for', () => {
  let server: RedisServer;
  let admin: Redis;
  beforeAll(async () => {
    server = await startRedis();
    admin = new Redis(server.port);
  }, 120_000);
  afterAll(async () => {
    admin.disconnect();
    await server.stop();
  });

  test.each(['ioredis', 'node-redis'])('can use every part of the driver, by %s', async (library) => {
    const rights = page
      .code('text')
      .find((block) => block.startsWith('+eval'))!
      .trim()
      .split(/\s+/);
    await admin.call('ACL', 'SETUSER', 'shop', 'reset', 'on', '>secret', '~lm:*', '&lm:*', ...rights);
    const url = `redis://shop:secret@127.0.0.1:${server.port}`;
    const client = library === 'ioredis' ? new Redis(url, { lazyConnect: true }) : createClient({ url });
    const replicas = [1, 2].map(() => {
      const driver = redisDriver({ client, lease: 1_000, waitReplicas: undefined });
      return new LockManager({ driver, stats: new StatsRegistry() });
    });
    const [here, there] = replicas as [LockManager, LockManager];
    const hold = await here.lock('inventory').hold();
    const waiting = there.run('inventory', () => 'its turn');
    // Longer than a lease: it is renewed, and those who wait give signs of life.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await here.inspect('inventory')).toMatchObject({ locked: true, queueDepth: 1 });
    expect(hold.signal.aborted).toBe(false);
    await hold.release();
    expect(await waiting).toBe('its turn');
    expect(await admin.call('ACL', 'LOG')).toEqual([]);
    await Promise.all(replicas.map((replica) => replica.close()));
  });
});
