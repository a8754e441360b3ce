/**
 * The examples as they are run: compiled, each in a process of its own.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { drain, listen } from '../../examples/shared/http-server.js';
import { isRunning } from '../support/is-running.js';
import { redisProgram } from '../support/redis-server.js';
import { compileExamples, ROOT, shopProgram } from './compiled-examples.js';
import { until } from './open-shops.js';
import { endShops, order, ShopChild } from './shop-child.js';

const BUILD = '.build/under-test';
const run = promisify(execFile);

let temporary: string;

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'lockmeter-test-'));
  await compileExamples(BUILD);
}, 120_000);

afterEach(endShops);

afterAll(() => rm(temporary, { recursive: true }));

function start(shop: string, port: number, ...args: string[]): Promise<ShopChild> {
  return ShopChild.start(shopProgram(BUILD, shop), temporary, port, ...args);
}

describe.each(['shop-nestjs', 'shop-express'])('%s', (name) => {
  test('prints where to look and two commands of which one waits for the other; SIGTERM ends it with 0', async () => {
    const shop = await start(name, 0, '--no-traffic');
    const commands = await shop.open();
    expect(shop.stdout).toMatch(/http:\/\/localhost:\d+\/locks/);
    expect(shop.stdout).toMatch(/http:\/\/localhost:\d+\/metrics/);

    const receipts = await Promise.all(commands.map(order));
    const [first, second] = receipts.sort((a, b) => a.waitedMs - b.waitedMs);
    expect(new Set([first!.by, second!.by])).toEqual(new Set(['ann', 'bob']));
    expect(second!.waitedMs).toBeGreaterThan(first!.waitedMs + 500);
    expect(first!.left - second!.left).toBe(1);

    shop.process.kill('SIGTERM');
    expect(await shop.exit).toBe(0);
    expect(shop.stdout).toContain('SIGTERM: closed, with every lock released.');
    expect(shop.stdout).toContain('lock.wait /checkout');
    expect(shop.stdout).not.toContain('\x1b');
    expect(shop.stderr).toBe('');
    expect(await readdir(shop.temporary)).toEqual([]);
  });

  test('answers who is in before it goes', async () => {
    const shop = await start(name, 0, '--no-traffic');
    const [command] = await shop.open();
    const receipt = order(command!);
    await until(...heldAt(command!));
    shop.process.kill('SIGINT');
    expect((await receipt).by).toBe('ann');
    expect(await shop.exit).toBe(0);
  });

  test('has customers of its own otherwise', async () => {
    const shop = await start(name, 0);
    const [command] = await shop.open();
    const locks = locksOf(command!);
    await until(
      () => fetch(locks).then((response) => response.text()),
      (text) => ['/checkout', 'inventory', 'invoice-number'].every((lock) => text.includes(`"name":"${lock}"`)),
    );
    shop.process.kill('SIGTERM');
    expect(await shop.exit).toBe(0);
    expect(shop.stderr).toBe('');
  });

  test('says in one sentence that the port is in use, and ends with 1', async () => {
    const other = createServer().unref();
    const port = await listen(other, 0);
    const shop = await start(name, port);
    expect(await shop.exit).toBe(1);
    expect(shop.stderr).toMatch(
      new RegExp(`^Port ${port} is in use: stop what listens there, or choose another one with PORT=\\d+\\.\\n$`),
    );
    expect(shop.stdout).toBe('');
    expect(await readdir(shop.temporary)).toEqual([]);
  });
});

describe('three replicas', () => {
  const several = (port: number, shop = 'shop-express'): Promise<ShopChild> =>
    start(shop, port, '--replicas', '3', '--no-traffic');

  beforeAll(async () => {
    await redisProgram();
  }, 180_000);

  test('make a checkout wait for one in another process, replace one that is killed, and end with Ctrl+C', async () => {
    const shop = await several(0, 'shop-nestjs');
    const commands = await shop.open();
    expect(locksOf(commands[0]!).port).not.toBe(locksOf(commands[1]!).port);
    const ann = order(commands[0]!);
    await until(...heldAt(commands[0]!));
    const receipts = await Promise.all([ann, order(commands[1]!)]);
    expect(receipts[1].waitedMs).toBeGreaterThan(receipts[0].waitedMs + 500);
    expect(receipts[0].left - receipts[1].left).toBe(1);

    const pids = replicasOf(shop);
    process.kill(pids[1]!, 'SIGKILL');
    await until(
      async () => shop.stdout,
      (said) => said.includes('Replica 2 is back'),
    );
    expect(shop.stdout).toContain(`Replica 2 (pid ${pids[1]}) has ended (SIGKILL)`);

    process.kill(-shop.process.pid!, 'SIGINT');
    expect(await shop.exit).toBe(0);
    expect(shop.stdout).toContain('SIGINT: closed, with every lock released.');
    expect(shop.stdout).toMatch(/↳ POST \/checkout\?by=ann\S* .*its hold blocked this wait, in replica 1, trace/);
    expect(shop.stderr).toBe('');
    await expectNothingLeft(shop);
  });

  test('leave nothing behind when the process that started them is killed', async () => {
    const shop = await several(0);
    await shop.open();
    shop.process.kill('SIGKILL');
    await shop.exit;
    await expectNothingLeft(shop);
  });

  test('say in one sentence that a port is in use, and none of them stays', async () => {
    const port = await listenBetweenFree();
    const shop = await several(port - 1);
    expect(await shop.exit).toBe(1);
    expect(shop.stderr).toMatch(new RegExp(`^Port ${port} is in use: [^\\n]*\\n$`));
    expect(shop.stdout).toBe('');
    await expectNothingLeft(shop);
  });
});

test('a Redis that does not answer is named in one sentence', async () => {
  const shop = await start('shop-express', 0, '--redis-url', 'redis://shop:secret@127.0.0.1:1');
  expect(await shop.exit).toBe(1);
  expect(shop.stderr).toContain('127.0.0.1:1');
  expect(shop.stderr).not.toContain('secret');
  expect(shop.stderr.trimEnd().split('\n')).toHaveLength(1);
});

test('basic.ts prints what its comments say', async () => {
  const { stdout } = await run(process.execPath, [join(BUILD, 'examples', 'basic.js')], { cwd: ROOT });
  const source = await readFile(join(ROOT, 'examples', 'basic.ts'), 'utf8');
  const promised = [...source.matchAll(/^console\.log\(.*\/\/ (.*)$/gm)].map(([, comment]) => comment);
  expect(stdout.trimEnd().split('\n')).toEqual(promised);
  expect(promised).toHaveLength(4);
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
});

/** Listens on a port whose neighbours are free. */
async function listenBetweenFree(): Promise<number> {
  for (;;) {
    const port = await listen(createServer().unref(), 0);
    const around = [createServer(), createServer()];
    const tried = await Promise.allSettled(around.map((server, i) => listen(server, port - 1 + 2 * i)));
    for (const server of around) if (server.listening) await drain(server, 0);
    if (tried.every(({ status }) => status === 'fulfilled')) return port;
  }
}

/** Where the shop that printed this command shows its locks. */
function locksOf(command: string): URL {
  return new URL('/locks', command.match(/'(http\S+)'/)![1]);
}

/** Asks the shop that printed this command until somebody is in its checkout. */
function heldAt(command: string): [ask: () => Promise<string>, wanted: (text: string) => boolean] {
  const locks = locksOf(command);
  return [
    () => fetch(locks).then((response) => response.text()),
    (text) => text.includes('"label":"POST /checkout","process":null'),
  ];
}

/** The process ids that a shop has named in its welcome. */
function replicasOf({ stdout }: ShopChild): number[] {
  return Array.from(stdout.matchAll(/^ .* replica \d, pid (\d+)$/gm), ([, pid]) => Number(pid));
}

/** No process of the shop's, no Redis, no file. */
async function expectNothingLeft(shop: ShopChild): Promise<void> {
  const redis = shop.stdout.match(/Redis at 127\.0\.0\.1:(\d+)/)?.[1];
  await until(
    async () => replicasOf(shop).filter(isRunning).length + (await readdir(shop.temporary)).length,
    (left) => left === 0,
  );
  if (redis !== undefined) await expect(fetch(`http://127.0.0.1:${redis}`)).rejects.toThrow('fetch failed');
}
