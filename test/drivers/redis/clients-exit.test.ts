/**
 * What keeps a process alive: the connections do, as those of any client, until they are closed; then nothing does, whatever
 * state the server is in.
 */
import { fileURLToPath } from 'node:url';
import { runModule } from '../../support/child.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { shortest } from '../../support/shortest.js';

const BUILT = fileURLToPath(
  new URL('../../../dist/esm/src/drivers/redis/clients/open-connections.js', import.meta.url),
);

/** Milliseconds. */
const AT_ONCE = 500;
/** ioredis asks for the slots of a cluster on a connection that nobody else can end, for 1 s by default. */
const SLOTS_ASKED = 1_500;
const UNANSWERED = `await connections.command('PING', []).catch(() => {})`;

/** A client as a user would make it: from which library, and how. */
interface Client {
  readonly name: string;
  readonly made: string;
}

const AT = '{ host: "127.0.0.1", port }';
const CLIENTS: readonly Client[] = [
  { name: 'ioredis 6', made: `new (await import('ioredis')).Redis({ ...${AT}, lazyConnect: true })` },
  { name: 'ioredis 5', made: `new (await import('ioredis5')).Redis({ ...${AT}, lazyConnect: true })` },
  { name: 'node-redis 6', made: `(await import('redis')).createClient({ socket: ${AT} })` },
  { name: 'node-redis 5', made: `(await import('redis5')).createClient({ socket: ${AT} })` },
];
const CLUSTERS: readonly Client[] = [
  { name: 'Cluster of ioredis 6', made: `new (await import('ioredis')).Cluster([${AT}], { lazyConnect: true })` },
  { name: 'Cluster of ioredis 5', made: `new (await import('ioredis5')).Cluster([${AT}], { lazyConnect: true })` },
  {
    name: 'Cluster of node-redis 6',
    made: `(await import('redis')).createCluster({ rootNodes: [{ socket: ${AT} }] })`,
  },
];

/** How long (ms) a process took to end after it began to close. It must end well. */
async function endOf({ made }: Client, port: number, when: string): Promise<number> {
  const { stdout, ...end } = await runModule(`
    import { openConnections } from ${JSON.stringify(BUILT)};
    const port = ${port};
    let done;
    const told = new Promise((resolve) => { done = resolve; });
    const events = { ready: done, lost: done, message() {} };
    const connections = await openConnections({ client: ${made} }, { channel: 'c', commandTimeout: 200 }, events);
    ${when};
    const start = performance.now();
    process.on('exit', () => console.log(performance.now() - start));
    await connections.close();
  `);
  expect(end).toEqual({ code: 0, stderr: '' });
  return Number(stdout);
}

/** It ends within `limit` ms. */
async function expectEnd(client: Client, port: number, when: string, limit = AT_ONCE): Promise<void> {
  expect(await shortest(limit, () => endOf(client, port, when))).toBeLessThanOrEqual(limit);
}

describe('after close() the process ends', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  }, 120_000);
  afterAll(() => server.stop());

  test.each([...CLIENTS, ...CLUSTERS])('$name, connecting', async (client) => {
    await expectEnd(client, server.port, '');
  });

  test.each(CLIENTS)('$name, connected', async (client) => {
    await expectEnd(client, server.port, 'await told');
  });

  test.each([...CLIENTS, ...CLUSTERS])('$name, with no server', async (client) => {
    await expectEnd(client, 1, 'await told');
  });

  test.each([...CLIENTS, ...CLUSTERS])('$name, with a server that hangs', async (client) => {
    server.pause();
    try {
      const limit = client.name.startsWith('Cluster of ioredis') ? SLOTS_ASKED : AT_ONCE;
      await expectEnd(client, server.port, UNANSWERED, limit);
    } finally {
      server.resume();
    }
  });
});
