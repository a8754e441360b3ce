/** The same of every client library: what happens when a connection, or the server, goes and comes. */

import { setTimeout as sleep } from 'node:timers/promises';
import { redisCli } from '../../../examples/soak-redis/servers/redis-cli.js';
import type { RedisServer } from '../../support/redis-server.js';
import { CHANNEL, ECHO, Recorder, unheard } from './clients.recorder.js';
import { serverFor, VARIANTS } from './clients.variants.js';

/** Milliseconds that a command may take where the test waits for that. */
const SHORT = 300;
/** A node of a cluster refuses keys for 2 s after it was started. */
const LONG = 10_000;

describe.each(VARIANTS.filter(({ name }) => name !== 'Cluster of node-redis 5'))('$name', (variant) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await serverFor(variant);
  }, 120_000);
  afterAll(() => server.stop());

  /** Works, and has its messages, as if nothing had been. */
  async function works(recorder: Recorder): Promise<void> {
    const heard = recorder.messages.length;
    expect(await recorder.connections.run(ECHO, ['k'], ['v'])).toContain('v');
    await redisCli(server.port, 'PUBLISH', CHANNEL, 'wake');
    await recorder.hears(heard + 1);
    expect(recorder.messages).toHaveLength(heard + 1);
  }

  test(
    'comes back after each of its connections was killed',
    unheard(async () => {
      await using recorder = await Recorder.open({ client: variant.make(server.port) });
      await recorder.ready();
      await redisCli(server.port, 'CLIENT', 'KILL', 'TYPE', 'pubsub');
      await recorder.ready(2);
      expect(recorder.lost()).toEqual(['lost channel']);
      await works(recorder);
      await redisCli(server.port, 'CLIENT', 'KILL', 'TYPE', 'normal');
      await recorder.ready(3);
      expect(recorder.lost()).toEqual(['lost channel', 'lost commands']);
      await works(recorder);
    }),
  );

  test(
    'comes back after the server was killed and started again, and is told so before what waited is sent',
    unheard(async () => {
      await using recorder = await Recorder.open({ client: variant.make(server.port) }, LONG);
      await recorder.ready();
      await recorder.connections.run(ECHO, ['k'], ['v']);
      await server.kill();
      await recorder.loses(2);
      const sent: Promise<unknown>[] = [];
      recorder.onWorking = () => void sent.push(recorder.connections.command('RPUSH', ['order', 'told']));
      const waited = recorder.connections.command('RPUSH', ['order', 'waited']);
      await server.restart();
      await recorder.ready(2);
      await Promise.all([waited, ...sent]);
      expect(await recorder.connections.command('LINDEX', ['order', '0'])).toBe('told');
      expect(recorder.lost().sort()).toEqual(['lost channel', 'lost commands']);
      await works(recorder);
    }),
  );

  test('waits for a server that is not there yet; a command says in time what is wrong', async () => {
    await server.kill();
    await using recorder = await Recorder.open({ client: variant.make(server.port) }, SHORT);
    await recorder.loses(variant.cluster ? 1 : 2);
    const error = await recorder.connections.run(ECHO, ['k'], ['v']).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({
      message: expect.stringContaining(`Redis at 127.0.0.1:${server.port} cannot be reached`),
    });
    expect(error).toHaveProperty('cause.message', expect.stringMatching(/ECONNREFUSED|root nodes/i));
    expect(recorder.lost().sort()).toEqual([...(variant.cluster ? [] : ['lost channel']), 'lost commands']);
    await server.restart();
    await recorder.ready();
    await works(recorder);
  });

  test(
    'a server that hangs is left after one command that it did not answer',
    unheard(async () => {
      await using recorder = await Recorder.open({ client: variant.make(server.port) }, SHORT);
      await recorder.ready();
      server.pause();
      const answer = recorder.connections.run(ECHO, ['k'], ['v']);
      // On the same event loop: however busy the machine is, the earlier timer is the first.
      const late = sleep(2 * SHORT).then(() => 'too late');
      await expect(Promise.race([answer, late])).rejects.toThrow(
        `Redis at 127.0.0.1:${server.port} did not answer the script echo within ${SHORT} ms`,
      );
      await recorder.loses(2);
      await expect(recorder.connections.command('PING', [])).rejects.toThrow(`Redis at 127.0.0.1:${server.port}`);
      server.resume();
      await recorder.ready(2);
      await works(recorder);
    }),
  );

  test(
    'closes at once in every state, for good, and settles what is on its way',
    unheard(async () => {
      const open = (): Promise<Recorder> => Recorder.open({ client: variant.make(server.port) });
      const opening = await open();
      const opened = await open();
      const hung = await open();
      await Promise.all([opened.ready(), hung.ready()]);
      await closes(opening);
      await closes(opened);
      server.pause();
      await closes(hung);
      await server.kill();
      const refused = await open();
      await refused.loses(1);
      await closes(refused);
    }),
  );

  /** Twice, and with a command on its way. */
  async function closes({ connections, told }: Recorder): Promise<void> {
    const before = told.length;
    const command = connections.command('PING', []).catch((error: Error) => error.message);
    await Promise.all([connections.close(), connections.close()]);
    const message = `the connections to Redis at 127.0.0.1:${server.port} are closed`;
    expect(await command).toBe(message);
    await expect(connections.run(ECHO, ['k'], ['v'])).rejects.toThrow(message);
    expect(told).toHaveLength(before);
  }
});
