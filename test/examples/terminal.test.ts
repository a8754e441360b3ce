/**
 * The shop on a terminal of 80 columns: its table stays in its place, says of each replica what it does, and is left in order
 * with Ctrl+C.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Compiled, compileProgram } from '../support/compiled-program.js';
import { isRunning } from '../support/is-running.js';
import { redisProgram } from '../support/redis-server.js';
import { OnTerminal } from '../support/terminal.js';
import { until } from '../support/until.js';

const SIZE = { columns: 80, rows: 30 };
const REPLICA = /^● ([1-3]) +(\d+) +\d+ {2}ready +\d+/gm;

let compiled: Compiled;
let temporary: string;
let terminal: OnTerminal | undefined;

beforeAll(async () => {
  await redisProgram();
  compiled = await compileProgram('examples/shop-express/main');
  temporary = await mkdtemp(join(tmpdir(), 'lockmeter-terminal-'));
}, 180_000);
afterAll(async () => {
  terminal?.hangUp();
  await terminal?.exit;
  await compiled?.remove();
  await rm(temporary, { recursive: true, force: true });
});

/** Runs the shop, and resolves when its replicas have served somebody. */
async function open(): Promise<OnTerminal> {
  const { NODE_OPTIONS: _jest, NO_COLOR: _plain, OTEL_EXPORTER_OTLP_ENDPOINT: _collector, ...env } = process.env;
  const args = [compiled.program, '--replicas', '3', '--redis'];
  terminal = OnTerminal.run(args, { ...env, PORT: '0', TMPDIR: temporary, TERM: 'xterm' }, SIZE);
  await until(() => /^● \/checkout +\d/m.test(shown()) && pids().length === 3, 'the table of locks and replicas');
  return terminal;
}

/** All that can be read on it. */
function shown(): string {
  return terminal!.screen.lines.join('\n');
}

/** The processes that the table names. */
function pids(): number[] {
  return Array.from(shown().matchAll(REPLICA), ([, , pid]) => Number(pid));
}

test('a table in its place, with whole numbers, and a row for each replica; Ctrl+C closes all and gives the cursor back', async () => {
  const shop = await open();
  const { screen } = shop;
  const replicas = pids();
  expect(replicas.every(isRunning)).toBe(true);
  const titles = screen.lines.filter((line) => line.startsWith('  lock '));
  expect(titles).toHaveLength(1);
  expect(titles[0]).toMatch(/ {2}held {2}queue {2}.* {2}holder age$/);
  expect(screen.lines.filter((line) => line.startsWith('  replica '))).toHaveLength(1);
  expect(screen.cursorVisible).toBe(false);

  const port = /Redis at 127\.0\.0\.1:(\d+)/.exec(shown().replaceAll('\n', ''))![1];
  shop.type('\x03');
  expect(await shop.exit).toBe(0);
  expect(screen.lines.filter((line) => line !== '').at(-1)).toBe('SIGINT: closed, with every lock released.');
  expect([screen.cursorVisible, screen.wrapped]).toEqual([true, []]);
  expect(replicas.filter(isRunning)).toEqual([]);
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed');
  await until(async () => (await readdir(temporary)).length === 0, 'its files to be gone');
});
