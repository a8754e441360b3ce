/** The same of every client library: what is late, for once, is not lost, and nothing is left for it. */
import { execFileSync } from 'node:child_process';
import { redisCli } from '../../../examples/soak-redis/servers/redis-cli.js';
import type { RedisServer } from '../../support/redis-server.js';
import { until } from '../../support/until.js';
import { Recorder, script, unheard } from './clients.recorder.js';
import { serverFor, VARIANTS } from './clients.variants.js';

/** Milliseconds that a command may take. */
const TIMEOUT = 400;
/** The same where the machine must not take as long by itself. */
const LONG = 1_500;

/** Takes the server some 50 ms, in which the process that asked stops listening. */
const SLOW = script(
  'slow',
  `local function us() local t = redis.call('TIME') return t[1] * 1e6 + t[2] end
   local start = us()
   while us() - start < 50000 do end
   return 'done'`,
);

describe.each(VARIANTS.filter(({ cluster }) => !cluster))('$name', (variant) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await serverFor(variant);
  }, 120_000);
  afterAll(() => server.stop());

  /** Nothing is read, and no timer runs, until the answer has been here for long, and a command is too late by the clock. */
  function standStill(): void {
    const end = performance.now() + 2 * TIMEOUT;
    do execFileSync('redis-cli', ['-p', String(server.port), 'PING']);
    while (performance.now() < end);
  }

  test(
    'an answer that came in time is in time, however late it is read; and the connection is the same',
    unheard(async () => {
      await using recorder = await Recorder.open({ client: variant.make(server.port) }, TIMEOUT);
      await recorder.ready();
      const id = await recorder.connections.command('CLIENT', ['ID']);
      const reply = recorder.connections.run(SLOW, ['k'], []);
      // By then the client has written it.
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      standStill();
      expect(await reply).toBe('done');
      expect(recorder.lost()).toEqual([]);
      expect(await recorder.connections.command('CLIENT', ['ID'])).toBe(id);
    }),
  );

  test(
    'a server that stood still for longer than a command may take is not left when it goes on',
    unheard(async () => {
      await using recorder = await Recorder.open({ client: variant.make(server.port) }, LONG);
      await recorder.ready();
      const id = await recorder.connections.command('CLIENT', ['ID']);
      server.pause();
      await expect(recorder.connections.run(SLOW, ['k'], [])).rejects.toThrow('did not answer the script slow');
      server.resume();
      expect(await recorder.connections.command('CLIENT', ['ID'])).toBe(id);
      // Another connection was begun, and given up.
      await until(async () => (await clientsOf(server)) === 2, 'the connections to be two');
      expect(await recorder.connections.command('CLIENT', ['ID'])).toBe(id);
      expect(recorder.lost()).toEqual([]);
    }),
  );
});

/** How many connections there are, but for the one that asks. */
async function clientsOf({ port }: RedisServer): Promise<number> {
  return (await redisCli(port, 'CLIENT', 'LIST')).trim().split('\n').length - 1;
}
