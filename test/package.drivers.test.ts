/**
 * Drivers in the packed package: who does not use one does not load it, none needs a client before it is told to connect,
 * and what one copy of the package throws the other recognises.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Installation, installBeside } from './support/installed-beside.js';

const TYPES = ['module', 'commonjs'] as const;
const COPIES = { module: 'esm', commonjs: 'cjs' };

let place: Installation;
beforeEach(() => {
  place = installBeside(['@opentelemetry/api', 'express', 'prom-client', '@nestjs/common', '@nestjs/core', 'rxjs']);
});
afterEach(() => place.remove());

/** A statement that loads names of an entry, as that kind of module does. */
function load(names: string, entry: string, type: (typeof TYPES)[number]): string {
  return type === 'module' ? `import { ${names} } from '${entry}';` : `const { ${names} } = require('${entry}');`;
}

/** Takes files out of the package: whoever loads them fails. */
function without(folder: string): void {
  for (const copy of Object.values(COPIES))
    rmSync(join(place.folder, 'node_modules/lockmeter/dist', copy, folder), { recursive: true });
}

describe.each(TYPES)('%s', (type) => {
  test.each([
    ['Redis', 'src/drivers/redis', ['', '/express', '/prometheus', '/opentelemetry', '/nestjs', '/driver-contract']],
    [
      'the suite for drivers',
      'src/drivers/contract',
      ['', '/express', '/prometheus', '/opentelemetry', '/nestjs', '/redis'],
    ],
  ])('nothing of %s is loaded by the other entries', (_, folder, entries) => {
    without(folder);
    const loads = entries.map((entry, i) => {
      const from = `'lockmeter${entry}'`;
      return type === 'module' ? `import * as e${i} from ${from};` : `const e${i} = require(${from});`;
    });
    const script = `${loads.join('\n')} console.log(${entries.map((_entry, i) => `Object.keys(e${i}).length > 0`)})`;
    expect(place.run(script, type)).toEqual({
      status: 0,
      stdout: `${entries.map(() => true).join(' ')}\n`,
      stderr: '',
    });
    const own = folder.endsWith('redis') ? 'lockmeter/redis' : 'lockmeter/driver-contract';
    expect(place.run(load('a', own, type), type).stderr).toMatch(/ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND/);
  });

  test('without a client the Redis driver says what to install, once it is to connect, and then only', () => {
    const script = `
      ${load('LockManager', 'lockmeter', type)}
      ${load('redisDriver', 'lockmeter/redis', type)}
      const said = [];
      const hear = (error) => said.push(error.message);
      process.on('unhandledRejection', hear);
      try { redisDriver({ client: {} }); } catch (error) { hear(error); }
      const locks = new LockManager({ driver: redisDriver({ url: 'redis://:secret@127.0.0.1:1' }) });
      locks.driver.ready().catch(hear)
        .then(() => locks.run('inventory', () => {})).catch(hear)
        .then(() => locks.close())
        .then(() => console.log(JSON.stringify(said)));
    `;
    const { status, stdout, stderr } = place.run(script, type);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const install = 'no client for Redis is installed: run `npm install ioredis` or `npm install redis`';
    expect(JSON.parse(stdout)).toEqual([
      'client must be a Redis or a Cluster of ioredis 5 or 6, or a client or a cluster of node-redis 5 or 6',
      install,
      `Lock "inventory" was not acquired, redis failed: ${install}`,
    ]);
  });
});

describe.each(TYPES)('the library for a URL, %s', (type) => {
  const ready = `
    ${load('redisDriver', 'lockmeter/redis', type)}
    const driver = redisDriver({ url: 'redis://127.0.0.1:1' });
    driver.ready().catch((error) => driver.close().then(() => console.log(error.message)));
  `;

  function install(library: string, source: string): void {
    place.write(`node_modules/${library}/index.js`, source);
  }

  test('is ioredis where both are installed, and node-redis where only that is', () => {
    install('redis', "exports.createClient = () => { throw new TypeError('node-redis was asked') };");
    expect(place.run(ready, type).stdout).toBe('node-redis was asked\n');
    install('ioredis', "exports.Redis = class { constructor() { throw new TypeError('ioredis was asked') } };");
    expect(place.run(ready, type).stdout).toBe('ioredis was asked\n');
  });

  test('is told as it is when it is installed and does not work', () => {
    install('redis', '');
    install('ioredis', "require('denque');");
    expect(place.run(ready, type).stdout).toMatch(/^Cannot find module 'denque'/);
  });
});

test('a driver of one copy is one to the other, and so are the errors of its locks', () => {
  const script = `
    import { createRequire } from 'node:module';
    import * as esm from 'lockmeter';
    const cjs = createRequire(process.cwd() + '/package.json')('lockmeter');
    const classes = ['LockError', 'LockLostError', 'LockEngineError', 'LockTimeoutError'];
    const is = (copy, error) => classes.filter((name) => error instanceof copy[name]);

    async function lose(manager, driver, other) {
      const hold = await manager.lock('inventory').hold();
      driver.takeAway('inventory');
      await hold.release();
      return is(other, hold.signal.reason);
    }
    async function fail(copy, driver, other) {
      const acquire = (_resource, attempt) => {
        queueMicrotask(() => attempt.failed(new Error('down')));
        return { cancel() {} };
      };
      const broken = new copy.LockManager({ driver: { ...driver, kind: 'redis', acquire, health: () => driver.health(), on: () => () => {} } });
      return is(other, await broken.run('inventory', () => {}).catch((error) => error));
    }
    const result = [];
    for (const [one, other] of [[esm, cjs], [cjs, esm]]) {
      const driver = one.memoryDriver();
      const manager = new other.LockManager({ driver });
      result.push([one === other, await lose(manager, driver, one), await fail(one, driver, other)]);
    }
    console.log(JSON.stringify(result));
  `;
  const { stdout, stderr } = place.run(script, 'module');
  expect(stderr).toBe('');
  const seen = [false, ['LockError', 'LockLostError'], ['LockError', 'LockEngineError']];
  expect(JSON.parse(stdout)).toEqual([seen, seen]);
});
