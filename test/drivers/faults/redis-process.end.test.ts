/** A Redis outlives nobody who started it, whatever ends that: what Jest runs is no such process, so it is played by one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { redisCli } from '../../../examples/soak-redis/servers/redis-cli.js';
import { type Compiled, compileProgram } from '../../support/compiled-program.js';
import { isRunning } from '../../support/is-running.js';
import { redisProgram } from '../../support/redis-server.js';
import { until } from '../../support/until.js';

/** What the owner says of its server. */
interface Said {
  readonly pid: number;
  readonly folder: string;
  readonly port: number;
  /** A process that needs the server, too. */
  readonly heir?: number;
}

let compiled: Compiled;
let owner: ChildProcess;

beforeAll(async () => {
  await redisProgram();
  compiled = await compileProgram('test/drivers/faults/redis-owner');
}, 180_000);
afterEach(() => owner.kill('SIGKILL'));
afterAll(() => compiled?.remove());

/** Starts an owner, which is to end in this way. */
async function ownerThat(end: string): Promise<Said> {
  const { NODE_OPTIONS: _jest, ...env } = process.env;
  const args = [compiled.program, end, await redisProgram()];
  owner = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(owner.stdout!.setEncoding('utf8'), 'data');
  return JSON.parse(line as string) as Said;
}

async function gone({ pid, folder }: Said): Promise<void> {
  await until(() => !isRunning(pid) && !existsSync(folder), 'the server and its folder to be gone');
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
  'it is gone when its owner was ended by %s',
  async (signal) => {
    const said = await ownerThat('waits');
    expect([isRunning(said.pid), existsSync(said.folder)]).toEqual([true, true]);
    owner.kill(signal);
    await gone(said);
  },
);

test.each(['throws', 'exits'])('it is gone when its owner %s', async (end) => gone(await ownerThat(end)));

test('it is there until the last of those has ended that were given its lifeline', async () => {
  const said = await ownerThat('leaves an heir');
  try {
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await redisCli(said.port, 'PING')).toBe('PONG');
    expect(existsSync(said.folder)).toBe(true);
  } finally {
    process.kill(said.heir!, 'SIGKILL');
  }
  await gone(said);
});
