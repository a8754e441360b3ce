/** A cluster of three primaries: who is asked, and that one that is gone keeps nobody from the others. */
import { ClusterTrio } from '../../../examples/soak-redis/servers/cluster-trio.js';
import { redisCli } from '../../../examples/soak-redis/servers/redis-cli.js';
import { hashSlot } from '../../../src/drivers/redis/clients/hash-slot.js';
import { clusterWorks, redisProgram, startRedis } from '../../support/redis-server.js';
import { until } from '../../support/until.js';
import { Recorder, script, unheard } from './clients.recorder.js';
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
    const server = await startRedis({ cluster: true });
    for (const key of ['lm:{inventory}:s', '{}x', '{', '}{a', 'x{}{y}', 'a{b{c}}', 'é{ü☃}', '{a}{b}'])
      expect([key, hashSlot(key)]).toEqual([key, Number(await redisCli(server.port, 'CLUSTER', 'KEYSLOT', key))]);
    await server.stop();
  });
});

describe.each(VARIANTS.filter(({ cluster }) => cluster))('$name', (variant) => {
  let trio: ClusterTrio;
  beforeAll(async () => {
    const config = ['cluster-require-full-coverage no', 'cluster-node-timeout 1000'];
    trio = await ClusterTrio.start(await redisProgram(), config);
  }, 120_000);
  afterAll(() => trio?.stop());

  test(
    'a script, and a command without a key, go to the node of the key',
    unheard(async () => {
      await using recorder = await Recorder.open({ client: variant.make(trio.ports[0]!) });
      const { connections } = recorder;
      await recorder.ready();
      const ports = new Set<string>();
      for (const key of KEYS) {
        await connections.run(INCREMENT, [key], []);
        const port = /tcp_port:(\d+)/.exec(String(await connections.commandAt(key, 'INFO', ['server'])))![1]!;
        const node = trio.nodes.find((each) => String(each.port) === port)!;
        expect(await redisCli(node.port, 'GET', key)).toBe('1');
        ports.add(port);
      }
      expect(ports.size).toBe(3);
    }),
  );

  test(
    'a primary that is gone keeps nobody from the others, and is used again when it is back',
    unheard(async () => {
      await using recorder = await Recorder.open({ client: variant.make(trio.ports[0]!) }, 1_000);
      const { connections } = recorder;
      await recorder.ready();
      const [lost, left] = [KEYS.find(ofLast)!, KEYS.find((key) => !ofLast(key))!];
      await trio.nodes[2]!.kill();
      const end = performance.now() + 1_500;
      const dead: Promise<unknown>[] = [];
      while (performance.now() < end) {
        if (dead.length < 20) dead.push(connections.run(INCREMENT, [lost], []).catch((error: Error) => error));
        expect(await connections.run(INCREMENT, [left], [])).toEqual(expect.any(Number));
      }
      for (const error of await Promise.all(dead)) expect(error).toBeInstanceOf(Error);
      expect(recorder.lost()).toContain('lost commands');
      await trio.nodes[2]!.restart();
      await clusterWorks(trio.nodes[2]!.port);
      await works(() => connections.run(INCREMENT, [lost], []));
      await until(() => recorder.told.at(-1) === 'ready', 'ready again');
    }),
  );
});

/** The last third of the slots is dealt to the last node. */
function ofLast(key: string): boolean {
  return hashSlot(key) >= 10_922;
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
