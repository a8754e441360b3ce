/** Passwords: used, and never shown. */

import { inspect } from 'node:util';
import { redisCli } from '../../../examples/soak-redis/servers/redis-cli.js';
import type { RedisServer } from '../../support/redis-server.js';
import { ECHO, Recorder } from './clients.recorder.js';
import { serverFor, VARIANTS } from './clients.variants.js';

const PASSWORD = 's3cret-p@ss';
const WRONG = 'wr0ng-p@ss';

describe.each(VARIANTS)('$name', (variant) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await serverFor(variant);
    await redisCli(server.port, 'CONFIG', 'SET', 'requirepass', PASSWORD);
  }, 120_000);
  afterAll(() => server.stop());

  test('the password of the user is used', async () => {
    await using recorder = await Recorder.open({ client: variant.make(server.port, PASSWORD) });
    await recorder.ready();
    expect(await recorder.connections.run(ECHO, ['k'], ['v'])).toContain('v');
  });

  test('a wrong password is tried again, and named as what is wrong, but not shown', async () => {
    await using recorder = await Recorder.open({ client: variant.make(server.port, WRONG) }, 300);
    await recorder.loses(1);
    const error = await recorder.connections.run(ECHO, ['k'], ['v']).catch((thrown: Error) => thrown);
    expect(error).toHaveProperty('message', expect.stringMatching(variant.cluster ? /cannot be reached/ : /WRONGPASS/));
    expect(recorder.lost()).toContain('lost commands');
    expect(inspect([error, ...recorder.errors], { depth: 10, showHidden: true })).not.toContain(WRONG);
  });
});

describe('a URL', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await serverFor(VARIANTS[0]!);
    await redisCli(server.port, 'CONFIG', 'SET', 'requirepass', PASSWORD);
  }, 120_000);
  afterAll(() => server.stop());

  test('a database that the server does not have is an error, and not another database', async () => {
    await using recorder = await Recorder.open(
      { url: `redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${server.port}/99` },
      300,
    );
    await recorder.loses(1);
    const error = await recorder.connections.run(ECHO, ['k'], ['v']).catch((thrown: Error) => thrown);
    expect(String((error as Error).cause ?? error)).toContain('DB index is out of range');
  });

  test('connects with its credentials and names only host and port', async () => {
    const url = `redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${server.port}/2`;
    await using recorder = await Recorder.open({ url });
    expect(await recorder.connections.run(ECHO, ['k'], ['v'])).toContain('v');
    expect(recorder.connections.address).toBe(`127.0.0.1:${server.port}`);
    await recorder.connections.command('SET', ['two', '1']);
    expect(await redisCli(server.port, '-a', PASSWORD, '--no-auth-warning', '-n', '2', 'EXISTS', 'two')).toBe('1');
  });

  test.each(['http://h', 'nothing', '', 'redis//h', `redis://u:${PASSWORD}@`])(
    '%# that is none is not repeated',
    async (url) => {
      const error = await Recorder.open({ url }).catch((thrown: Error) => thrown);
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toHaveProperty('message', 'url must start with redis:// or rediss:// and name a host');
    },
  );
});

test.each([undefined, null, 7, 'redis://h', {}, { call() {} }, new Map()])('%# is no client', async (client) => {
  await expect(Recorder.open({ client })).rejects.toThrow(/^client must be a Redis or a Cluster of ioredis 5 or 6/);
});

test('a pool and a Sentinel client of node-redis are refused, with the way out', async () => {
  const { createClientPool, createSentinel } = await import('redis');
  const sentinel = createSentinel({ name: 'm', sentinelRootNodes: [{ host: '127.0.0.1', port: 1 }] });
  for (const client of [createClientPool(), sentinel])
    await expect(Recorder.open({ client })).rejects.toThrow('not a pool or a Sentinel client of node-redis');
});
