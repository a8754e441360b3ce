/** A cluster of three primaries: who is asked, and that one that is gone keeps nobody from the others. */
import { jest } from '@jest/globals';
import { hashSlot } from '../../../src/drivers/redis/clients/hash-slot.js';
import { until } from '../../support/until.js';
import { Recorder, script, unheard } from './clients.recorder.js';
import { Server } from './clients.server.js';
import { VARIANTS } from './clients.variants.js';

/** One for each third of the slots: that is how they are dealt out. */
const KEYS = ['{a}', '{b}', '{c}', '{d}', '{e}', '{f}'];
const INCREMENT = script('increment', "return redis.call('INCR', KEYS[1])");

describe('the slot of a key', () => {
  // The value for 123456789 is that of the Redis Cluster specification.
  test.each([
    ['123456789', 0x31c3],
    ['lm:{123456789}:s', 0x31c3],
    ['', 0],
  ])('of %j is %i', (key, slot) => {
    expect(hashSlot(key)).toBe(slot);
  });

  test('is that which the server says', async () => {
    const server = await Server.prepare('--cluster-enabled', 'yes');
    await server.start();
    for (const key of ['lm:{inventory}:s', '{}x', '{', '}{a', 'x{}{y}', 'a{b{c}}', 'é{ü☃}', '{a}{b}'])
      expect([key, hashSlot(key)]).toEqual([key, Number(await server.cli('CLUSTER', 'KEYSLOT', key))]);
    await server.remove();
  });
});

describe.each(VARIANTS.filter(({ cluster }) => cluster))('$name', (variant) => {
  jest.setTimeout(30_000);
  let nodes: Server[];
  beforeAll(async () => {
    const options = ['--cluster-enabled', 'yes', '--cluster-require-full-coverage', 'no'];
    nodes = await Promise.all([1, 2, 3].map(() => Server.prepare(...options, '--cluster-node-timeout', '1000')));
    await Promise.all(nodes.map((node) => node.start()));
    await nodes[0]!.join(nodes);
  }, 120_000);
  afterAll(() => Promise.all(nodes.map((node) => node.remove())));

  test(
    'a script, and a command without a key, go to the node of the key',
    unheard(async () => {
      await using recorder = await Recorder.open({ client: variant.make(nodes[0]!.port) });
      const { connections } = recorder;
      await recorder.ready();
      const ports = new Set<string>();
      for (const key of KEYS) {
        await connections.run(INCREMENT, [key], []);
        const port = /tcp_port:(\d+)/.exec(String(await connections.commandAt(key, 'INFO', ['server'])))![1]!;
        const node = nodes.find((each) => String(each.port) === port)!;
        expect(await node.cli('GET', key)).toBe('1\n');
        ports.add(port);
      }
      expect(ports.size).toBe(3);
    }),
  );

  test(
    'a primary that is gone keeps nobody from the others, and is used again when it is back',
    unheard(async () => {
      await using recorder = await Recorder.open({ client: variant.make(nodes[0]!.port) }, 1_000);
      const { connections } = recorder;
      await recorder.ready();
      const [lost, left] = [KEYS.find(ofLast)!, KEYS.find((key) => !ofLast(key))!];
      await nodes[2]!.kill();
      const end = performance.now() + 1_500;
      const dead: Promise<unknown>[] = [];
      while (performance.now() < end) {
        if (dead.length < 20) dead.push(connections.run(INCREMENT, [lost], []).catch((error: Error) => error));
        expect(await connections.run(INCREMENT, [left], [])).toEqual(expect.any(Number));
      }
      for (const error of await Promise.all(dead)) expect(error).toBeInstanceOf(Error);
      expect(recorder.lost()).toContain('lost commands');
      await nodes[2]!.start();
      await nodes[2]!.clusterWorks();
      await works(() => connections.run(INCREMENT, [lost], []));
      await until(() => recorder.told.at(-1) === 'ready', 'ready again');
    }),
  );
});

/** The last third of the slots is dealt to the last node. */
function ofLast(key: string): boolean {
  return hashSlot(key) >= 10_923;
}

/** Calls until it works. */
async function works(call: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await call();
      return;
    } catch (error) {
      if (tries === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
