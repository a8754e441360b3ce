/** TLS: each library's settings for it hold for both connections, and what is wrong with a certificate is said. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type RedisDriver, redisDriver } from 'lockmeter/redis';
import type { TlsFiles } from '../../../examples/shared/servers/redis-process.js';
import { eventually } from '../../../examples/soak-redis/servers/eventually.js';
import { redisCli } from '../../../examples/soak-redis/servers/redis-cli.js';
import { certificates } from '../../support/certificates.js';
import { reportOf } from '../../support/child.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { until } from '../../support/until.js';
import { CHANNEL, ECHO, Recorder, unheard } from './clients.recorder.js';
import { type Secured, TLS_VARIANTS } from './clients.tls-variants.js';

const PASSWORD = 's3cret-p@ss';
const NOBODY = 'self-signed certificate in certificate chain';

let folder: string;
let files: TlsFiles;
let secured: Secured;
let single: RedisServer;
let cluster: RedisServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lockmeter-tls-'));
  files = await certificates(folder);
  secured = { ca: readFileSync(files.ca), cert: readFileSync(files.cert), key: readFileSync(files.key) };
  // Redis asks clients for a certificate as well.
  single = await startRedis({ tls: files });
  cluster = await startRedis({ tls: files, cluster: true, config: ['cluster-announce-ip 127.0.0.1'] });
  await cli(cluster, 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await eventually(async () => (await cli(cluster, 'CLUSTER', 'INFO')).includes('cluster_state:ok'), 'the Cluster');
}, 120_000);
afterAll(async () => {
  await Promise.all([single?.stop(), cluster?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

function cli({ port }: RedisServer, ...command: string[]): Promise<string> {
  const { ca, cert, key } = files;
  return redisCli(port, '--tls', '--cacert', ca, '--cert', cert, '--key', key, ...command);
}

test('the servers speak nothing but TLS', async () => {
  for (const server of [single, cluster]) {
    expect(await cli(server, 'CONFIG', 'GET', 'port')).toBe('port\n0');
    await expect(redisCli(server.port, 'PING')).rejects.toThrow();
  }
});

describe.each(TLS_VARIANTS)('$name', (variant) => {
  const server = (): RedisServer => (variant.cluster ? cluster : single);

  test(
    'both connections are secured as the user said',
    unheard(async () => {
      await using recorder = await Recorder.open({ client: variant.make(server().port, secured) });
      await recorder.ready();
      expect(await recorder.connections.run(ECHO, ['k'], ['v'])).toContain('v');
      await cli(server(), 'PUBLISH', CHANNEL, 'your turn');
      await recorder.hears(1);
      expect(recorder.connections.address).toBe(`127.0.0.1:${server().port}`);
    }),
  );

  test(
    'an authority that is not trusted is an error that says so, and where',
    unheard(async () => {
      await using recorder = await Recorder.open({ client: variant.make(server().port, {}, PASSWORD) }, 100);
      await recorder.loses(1);
      const error = await recorder.connections.run(ECHO, ['k'], ['v']).catch((thrown: Error) => thrown);
      const said = `Redis at 127.0.0.1:${server().port} cannot be reached: ${NOBODY}`;
      expect(error).toHaveProperty('message', said);
      expect(recorder.times('ready')).toBe(0);
      expect(inspect([error, ...recorder.errors], { depth: 10, showHidden: true })).not.toContain(PASSWORD);
    }),
  );
});

describe('rediss://', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ tls: files, password: PASSWORD, config: ['tls-auth-clients no'] });
  }, 120_000);
  afterAll(() => server?.stop());

  const url = (protocol = 'rediss'): string =>
    `${protocol}://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${server.port}`;

  test.each([
    ['ioredis', '{ url }'],
    ['node-redis', "{ client: (await import('redis')).createClient({ url }) }"],
  ])('goes with an authority that Node was told to trust (%s)', async (_library, source) => {
    const script = `
      import { LockManager } from 'lockmeter';
      import { redisDriver } from 'lockmeter/redis';
      const url = ${JSON.stringify(url())};
      const locks = new LockManager({ driver: redisDriver(${source}) });
      const turn = (label) => locks.run('inventory', (hold) => [label, typeof hold.fencingToken], { label });
      console.log(JSON.stringify(await Promise.all([turn('first'), turn('second')])));
      await locks.close();
    `;
    const report = await reportOf(script, { NODE_EXTRA_CA_CERTS: files.ca });
    expect(report).toEqual([
      ['first', 'bigint'],
      ['second', 'bigint'],
    ]);
  });

  /** What `ready()` says of a connection that has failed before. */
  async function refusalOf(driver: RedisDriver): Promise<unknown> {
    try {
      await until(() => driver.health().error !== undefined, 'an error');
      const error = await driver.ready().catch((thrown: Error) => thrown);
      expect(inspect([error, driver.health()], { depth: 10, showHidden: true })).not.toContain(PASSWORD);
      return error;
    } finally {
      await driver.close();
    }
  }

  test('with an authority that is not trusted, or without TLS, is an error that says so, where, and no secret', async () => {
    const where = `no connection to Redis at 127.0.0.1:${server.port} within 100 ms: `;
    const wrong = redisDriver({ url: url(), connectTimeout: 100 });
    expect(await refusalOf(wrong)).toHaveProperty('message', where + NOBODY);
    const plain = redisDriver({ url: url('redis'), connectTimeout: 100 });
    expect(await refusalOf(plain)).toHaveProperty(
      'message',
      expect.stringMatching(`^${where}.*(ECONNRESET|EPIPE|closed)`),
    );
  });
});
