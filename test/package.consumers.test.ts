/**
 * The packed package in applications that somebody else wrote: each is compiled against it, started, visited over real
 * sockets, and serves one request after the other. `npm run test:matrix` does so on every Node.js that is supported.
 */
import type { Visited } from './consumers/app/visit.js';
import { type Installation, installBeside } from './support/installed-beside.js';
import { nest } from './support/nest.js';
import { nodesToTest } from './support/nodes.js';
import { type RedisServer, startRedis } from './support/redis-server.js';

const ALWAYS = { '@opentelemetry/api': '@opentelemetry/api', '@types': '@types' };
const EXPRESS_4 = { ...ALWAYS, express: 'express4' };
const EXPRESS_5 = { ...ALWAYS, express: 'express' };
const NEST_11 = { ...ALWAYS, ...nest(11) };
const NEST_12 = { ...ALWAYS, ...nest(12) };
const IOREDIS_5 = { ...ALWAYS, ioredis: 'ioredis5' };
const IOREDIS_6 = { ...ALWAYS, ioredis: 'ioredis' };
const NODE_REDIS_5 = { ...ALWAYS, redis: 'redis5' };
const NODE_REDIS_6 = { ...ALWAYS, redis: 'redis' };

const CONSUMERS = [
  { title: 'ESM, Express 5', type: 'module', app: 'on-express', packages: EXPRESS_5, copy: 'esm' },
  { title: 'CommonJS, Express 5', type: 'commonjs', app: 'on-express', packages: EXPRESS_5, copy: 'cjs' },
  { title: 'CommonJS, Express 4', type: 'commonjs', app: 'on-express', packages: EXPRESS_4, copy: 'cjs' },
  { title: 'ESM, NestJS 12', type: 'module', app: 'on-nest', packages: NEST_12, copy: 'esm' },
  { title: 'CommonJS, NestJS 12', type: 'commonjs', app: 'on-nest', packages: NEST_12, copy: 'cjs' },
  { title: 'CommonJS, NestJS 11', type: 'commonjs', app: 'on-nest', packages: NEST_11, copy: 'cjs' },
  { title: 'ESM and CommonJS in one process', type: 'module', app: 'both-copies', packages: EXPRESS_5, copy: 'esm' },
  { title: 'ESM, ioredis 6', type: 'module', app: 'on-redis', packages: IOREDIS_6, copy: 'esm' },
  { title: 'CommonJS, ioredis 6', type: 'commonjs', app: 'on-redis', packages: IOREDIS_6, copy: 'cjs' },
  { title: 'CommonJS, ioredis 5', type: 'commonjs', app: 'on-redis', packages: IOREDIS_5, copy: 'cjs' },
  { title: 'ESM, node-redis 6', type: 'module', app: 'on-redis', packages: NODE_REDIS_6, copy: 'esm' },
  { title: 'CommonJS, node-redis 6', type: 'commonjs', app: 'on-redis', packages: NODE_REDIS_6, copy: 'cjs' },
  { title: 'ESM, node-redis 5', type: 'module', app: 'on-redis', packages: NODE_REDIS_5, copy: 'esm' },
  { title: 'both copies on one Redis', type: 'module', app: 'both-copies-on-redis', packages: IOREDIS_6, copy: 'esm' },
];

const NODES = nodesToTest();

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
}, 120_000);
afterAll(() => redis?.stop());

describe.each(CONSUMERS)('$title', ({ type, app, packages, copy }) => {
  let consumer: Installation;

  beforeAll(() => {
    consumer = installBeside(packages);
    consumer.copy('test/consumers/app');
    consumer.write('package.json', JSON.stringify({ name: 'shop', type }));
  });
  afterAll(() => consumer?.remove());

  test('compiles, strictly and with every declaration checked', () => {
    const options =
      '--strict --skipLibCheck false --target es2022 --module nodenext --experimentalDecorators --types node';
    expect(consumer.tsc(...options.split(' '), `${app}.ts`)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test.each(NODES)('serves one at a time, in the order of arrival, on Node.js $version', ({ program, version }) => {
    const { status, stdout, stderr } = consumer.program(program, `${app}.js`, redis.url);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      node: version,
      copy,
      mostUnlocked: 4,
      most: 1,
      entered: ['first', 'second', 'third', 'fourth'],
      statuses: [200, 200, 200, 200],
    } satisfies Visited);
  });
});
