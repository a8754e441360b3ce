/**
 * An application that a bundler has made into one file, with locks in Redis: the client that it was bundled without is found
 * where the file runs, by an ES module, which has no `require`, as by CommonJS; and to have none is no error before one is
 * needed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder, type Installation, installBeside, type Linked } from './support/installed-beside.js';
import { ROOT } from './support/packed-package.js';
import { type RedisServer, startRedis } from './support/redis-server.js';
import type { Ended } from './support/run-program.js';

const ESBUILD = join(ROOT, 'node_modules/esbuild/bin/esbuild');
const ON_REDIS = 'on-redis.ts';
const WITHOUT_CLIENTS = ['--external:ioredis', '--external:redis'];

let redis: RedisServer;
let sources: Installation;

beforeAll(async () => {
  redis = await startRedis();
  sources = installBeside(['@opentelemetry/api']);
  sources.copy('test/consumers/app');
}, 120_000);
afterAll(async () => {
  sources?.remove();
  await redis?.stop();
});

/** The application in one file, which esbuild made without a complaint. */
function bundle(entry: string, format: string, ...options: string[]): string {
  const args = [entry, '--bundle', '--platform=node', `--format=${format}`, '--outfile=bundle.js'];
  const ended = sources.program(ESBUILD, ...args, '--log-level=warning', ...options);
  expect(ended).toEqual({ status: 0, stdout: '', stderr: '' });
  return readFileSync(join(sources.folder, 'bundle.js'), 'utf8');
}

/** Runs it in a folder where nothing else is but `packages`. */
function start(file: string, text: string, packages: Linked): Ended {
  const place = emptyFolder();
  try {
    place.write(file, text);
    place.link(packages);
    return place.program(process.execPath, file, redis.url);
  } finally {
    place.remove();
  }
}

function expectToServe({ status, stdout, stderr }: Ended): void {
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ most: 1, entered: ['first', 'second', 'third', 'fourth'] });
}

describe.each([
  ['esm', 'bundle.mjs'],
  ['cjs', 'bundle.cjs'],
])('%s', (format, file) => {
  let text: string;
  beforeAll(() => {
    text = bundle(ON_REDIS, format, ...WITHOUT_CLIENTS);
  });

  test.each([
    ['ioredis 6', { ioredis: 'ioredis' }],
    ['ioredis 5', { ioredis: 'ioredis5' }],
    ['node-redis 6', { redis: 'redis' }],
    ['node-redis 5', { redis: 'redis5' }],
  ])('finds %s', (_name, client) => {
    expectToServe(start(file, text, client));
  });

  test('says what to install where there is no client', () => {
    const { status, stderr } = start(file, text, []);
    expect(status).not.toBe(0);
    expect(stderr).toContain('no client for Redis is installed: run `npm install ioredis` or `npm install redis`');
  });

  test('is made where no client is installed, and nobody said so', () => {
    expectToServe(start(file, bundle(ON_REDIS, format), ['ioredis']));
  });
});

test('metrics in an ES module: the error says to pass a register, with which there is none', () => {
  for (const [argument, outcome] of [
    ['', 'pass its `register`'],
    ['{ register: new Registry() }', 'ok'],
  ]) {
    sources.write(
      'metrics.js',
      `import { collectLockMetrics } from 'lockmeter/prometheus';
       import { Registry } from 'prom-client';
       try { collectLockMetrics(${argument}); console.log('ok', Registry.name); } catch (error) { console.log(error.message); }`,
    );
    const text = bundle('metrics.js', 'esm', '--external:prom-client', '--external:@prometheus-io/client');
    expect(start('bundle.mjs', text, ['prom-client']).stdout).toContain(outcome);
  }
});

test('CommonJS with the client in it needs nothing else', () => {
  sources.link(['ioredis']);
  expectToServe(start('bundle.cjs', bundle(ON_REDIS, 'cjs'), []));
});
