/** The same of every client library: what is sent, what comes back, and whose settings count. */

import { inspect } from 'node:util';
import { redisCli } from '../../../examples/soak-redis/servers/redis-cli.js';
import type { RedisServer } from '../../support/redis-server.js';
import { until } from '../../support/until.js';
import { CHANNEL, ECHO, Recorder, script, unheard } from './clients.recorder.js';
import { serverFor, VARIANTS } from './clients.variants.js';

describe.each(VARIANTS)('$name', (variant) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await serverFor(variant);
  }, 120_000);
  afterAll(() => server.stop());

  test('tells where it is, and what kind of deployment that is', async () => {
    await using recorder = await Recorder.open({ client: variant.make(server.port) });
    expect(recorder.connections.address).toBe(`127.0.0.1:${server.port}`);
    expect(recorder.connections.cluster).toBe(variant.cluster);
  });

  test('is ready once, and hears the channel from then on', async () => {
    await using recorder = await Recorder.open({ client: variant.make(server.port) });
    await recorder.ready();
    await redisCli(server.port, 'PUBLISH', CHANNEL, 'your turn, Zoë');
    await redisCli(server.port, 'PUBLISH', 'another', 'not yours');
    await recorder.connections.command('PUBLISH', [CHANNEL, 'last']);
    await recorder.hears(2);
    expect(recorder.messages).toEqual(['your turn, Zoë', 'last']);
    expect(recorder.told.filter((each) => each !== 'answering')).toEqual(['ready']);
  });

  test('makes two connections that the user did not have, and leaves theirs alone', async () => {
    const client = variant.make(server.port) as { eventNames?(): unknown[] };
    const listened = client.eventNames?.();
    const before = await clientsOf(server);
    const recorder = await Recorder.open({ client });
    await recorder.ready();
    await recorder.connections.run(ECHO, ['k'], ['v']);
    expect((await clientsOf(server)) - before).toBe(2);
    await recorder.connections.close();
    await gone(server, before);
    expect(client.eventNames?.()).toEqual(listened);
    expect(inspect(client)).not.toMatch(/status: '(ready|connect|end)/);
  });

  test.each(['make', 'odd'] as const)('brings replies into one form, and sends keys as they are (%s)', async (how) => {
    await using recorder = await Recorder.open({ client: variant[how](server.port) });
    const [key, value] = ['lm:{a b}:s', '☃ and "quotes" {braces}\r\n'.padEnd(1_024, 'é')];
    const length = Buffer.byteLength(value);
    for (let time = 0; time < 2; time++)
      expect(await recorder.connections.run(ECHO, [key], [value])).toEqual([
        key,
        value,
        length,
        null,
        ['OK', []],
        2 ** 40,
      ]);
    expect(await recorder.connections.commandAt(key, 'SET', [key, value])).toBe('OK');
    expect(await recorder.connections.commandAt(key, 'GET', [key])).toBe(value);
    expect(await recorder.connections.commandAt(key, 'HGETALL', ['lm:{a b}:none'])).toEqual([]);
    expect(await redisCli(server.port, 'EXISTS', key)).toBe('1');
  });

  test('sends a command that has no key to the node of the key', async () => {
    await using recorder = await Recorder.open({ client: variant.make(server.port) });
    expect(await recorder.connections.commandAt('lm:{a}:s', 'WAIT', ['0', '10'])).toBe(0);
    expect(await recorder.connections.command('CONFIG', ['GET', 'maxmemory-policy'])).toEqual([
      'maxmemory-policy',
      'noeviction',
    ]);
  });

  test('answers 200 scripts of one tick in their order, and knows a new script by its source', async () => {
    await using recorder = await Recorder.open({ client: variant.make(server.port) });
    await recorder.ready();
    const count = script('count', "return redis.call('INCR', KEYS[1])");
    const calls = Array.from({ length: 200 }, () => recorder.connections.run(count, ['{count}'], []));
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    await recorder.connections.command('DEL', ['{count}']);
  });

  test('sends the source again after SCRIPT FLUSH', async () => {
    await using recorder = await Recorder.open({ client: variant.make(server.port) });
    const one = script('one', 'return 1');
    expect(await recorder.connections.run(one, ['k'], [])).toBe(1);
    await redisCli(server.port, 'SCRIPT', 'FLUSH');
    expect(await Promise.all([1, 2, 3].map(() => recorder.connections.run(one, ['k'], [])))).toEqual([1, 1, 1]);
    await redisCli(server.port, 'CONFIG', 'RESETSTAT');
    expect(await recorder.connections.run(one, ['k'], [])).toBe(1);
    expect(await redisCli(server.port, 'INFO', 'commandstats')).not.toContain('cmdstat_eval:');
  });

  test("hands on the server's errors as they are", async () => {
    await using recorder = await Recorder.open({ client: variant.make(server.port) });
    const broken = script('broken', "return redis.error_reply('MYCODE it is broken')");
    await expect(recorder.connections.run(broken, ['k'], [])).rejects.toThrow('MYCODE it is broken');
    await expect(recorder.connections.command('NOSUCH', [])).rejects.toThrow(/^ERR unknown command/);
  });

  test(
    'a hundred drivers on one client cause no warning',
    unheard(async () => {
      const client = variant.make(server.port);
      const recorders = await Promise.all(Array.from({ length: 100 }, () => Recorder.open({ client })));
      await Promise.all(recorders.map((recorder) => recorder.ready()));
      await Promise.all(recorders.map(({ connections }) => connections.close()));
    }),
  );
});

/** How many are connected, this look not counted. */
async function clientsOf(server: RedisServer): Promise<number> {
  return (await redisCli(server.port, 'CLIENT', 'LIST')).trim().split('\n').length - 1;
}

/** The server sees a closed connection a moment later. */
async function gone(server: RedisServer, left: number): Promise<void> {
  await until(async () => (await clientsOf(server)) <= left, 'the server to see them closed');
}
