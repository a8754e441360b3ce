/**
 * The examples as they are run: compiled, each in a process of its own.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { listen } from '../../examples/shared/http-server.js';
import { until } from './open-shops.js';

const ROOT = process.cwd();
/** Apart from what `npm start` builds, which may be running. */
const BUILD = '.build/under-test';
const run = promisify(execFile);

let temporary: string;
const children: Shop[] = [];

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'lockmeter-test-'));
  const typescript = dirname(createRequire(join(ROOT, 'package.json')).resolve('typescript/package.json'));
  const tsc = join(typescript, 'bin', 'tsc');
  const compile = run(process.execPath, [tsc, '-p', 'tsconfig.examples.json', '--outDir', BUILD], { cwd: ROOT });
  await compile.catch((error: { stdout: string }) => {
    throw new Error(`The examples do not compile:\n${error.stdout}`);
  });
}, 120_000);

afterEach(async () => {
  for (const { process, exit } of children.splice(0)) {
    process.kill('SIGKILL');
    await exit;
  }
});

afterAll(() => rm(temporary, { recursive: true }));

/** A shop's process and what it has said. */
class Shop {
  stdout = '';
  stderr = '';
  readonly exit: Promise<number | null>;

  /** @param temporary What the process takes for the system's folder of temporary files. */
  constructor(
    readonly process: ChildProcess,
    readonly temporary: string,
  ) {
    process.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.exit = once(process, 'close').then(([code]) => code as number | null);
    children.push(this);
  }

  /** Resolves when it has said how to see the lock at work, which is the last thing it says. */
  async open(): Promise<string[]> {
    const commands = (): string[] => this.stdout.match(/^ {2}curl .*$/gm) ?? [];
    while (commands().length < 2 || !this.stdout.endsWith('\n')) {
      await Promise.race([once(this.process.stdout!, 'data'), this.exit.then((code) => this.failed(code))]);
    }
    return commands();
  }

  private failed(code: number | null): never {
    throw new Error(`The shop ended with ${code}: ${this.stderr}`);
  }
}

async function start(shop: string, port: number, ...args: string[]): Promise<Shop> {
  const folder = await mkdtemp(join(temporary, 'shop-'));
  const env: NodeJS.ProcessEnv = { ...process.env, PORT: String(port), TMPDIR: folder };
  delete env.NODE_OPTIONS;
  delete env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const main = join(BUILD, 'examples', shop, 'main.js');
  return new Shop(spawn(process.execPath, [main, ...args], { cwd: ROOT, env }), folder);
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
  }, 60_000);

  test('answers who is in before it goes', async () => {
    const shop = await start(name, 0, '--no-traffic');
    const [command] = await shop.open();
    const receipt = order(command!);
    const locks = locksOf(command!);
    await until(
      () => fetch(locks).then((response) => response.text()),
      (text) => text.includes('"label":"POST /checkout"'),
    );
    shop.process.kill('SIGINT');
    expect((await receipt).by).toBe('ann');
    expect(await shop.exit).toBe(0);
  }, 60_000);

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
  }, 60_000);

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
  }, 60_000);
});

test('basic.ts prints what its comments say', async () => {
  const { stdout } = await run(process.execPath, [join(BUILD, 'examples', 'basic.js')], { cwd: ROOT });
  const source = await readFile(join(ROOT, 'examples', 'basic.ts'), 'utf8');
  const promised = [...source.matchAll(/^console\.log\(.*\/\/ (.*)$/gm)].map(([, comment]) => comment);
  expect(stdout.trimEnd().split('\n')).toEqual(promised);
  expect(promised).toHaveLength(4);
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
});

/** Where the shop that printed this command shows its locks. */
function locksOf(command: string): URL {
  return new URL('/locks', command.match(/'(http\S+)'/)![1]);
}

/** Does what a printed curl command does. */
async function order(command: string): Promise<{ by: string; left: number; waitedMs: number }> {
  const [, method, url] = command.match(/^ {2}curl -s -w '\\n' -X (\w+) '(\S+)'( &)?$/)!;
  const response = await fetch(url!, { method });
  expect(response.status).toBe(200);
  return (await response.json()) as { by: string; left: number; waitedMs: number };
}
