/** The servers that the fault tests treat badly: what is done to them is what they are said to go through. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { MissingProgramError, RedisProcess } from '../../../examples/shared/servers/redis-process.js';
import { redisCli } from '../../../examples/soak-redis/servers/redis-cli.js';
import { isRunning } from '../../support/is-running.js';
import { type RedisServer, redisProgram, startRedis } from '../../support/redis-server.js';
import { until } from '../../support/until.js';

let server: RedisServer | undefined;

beforeAll(async () => {
  await redisProgram();
}, 180_000);
afterEach(() => server?.stop());

test('a restart keeps the port, and loses what was not saved', async () => {
  server = await startRedis();
  const { port, pid } = server;
  await redisCli(port, 'SET', 'a', '1');
  await server.restart();
  expect(server.port).toBe(port);
  expect(server.pid).not.toBe(pid);
  expect(await redisCli(port, 'EXISTS', 'a')).toBe('0');
});

test('with an append-only file nothing is lost', async () => {
  server = await startRedis({ config: ['appendonly yes', 'appendfsync always'] });
  await redisCli(server.port, 'SET', 'a', '1');
  await server.restart();
  expect(await redisCli(server.port, 'GET', 'a')).toBe('1');
});

test('while it is paused it answers nobody; then it answers everybody', async () => {
  server = await startRedis();
  server.pause();
  let answered = false;
  const answer = redisCli(server.port, 'PING').then((text) => {
    answered = true;
    return text;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(answered).toBe(false);
  server.resume();
  expect(await answer).toBe('PONG');
});

test('a password is asked for, and is part of the address', async () => {
  server = await startRedis({ password: 'secret' });
  await expect(redisCli(server.port, 'PING')).rejects.toThrow('NOAUTH');
  expect(server.url).toBe(`redis://:secret@127.0.0.1:${server.port}`);
});

test('a replica follows its primary', async () => {
  server = await startRedis({ config: ['repl-diskless-sync-delay 0'] });
  const replica = await startRedis({ replicaOf: server.port });
  try {
    await redisCli(server.port, 'SET', 'a', '1');
    expect(await redisCli(server.port, 'WAIT', '1', '60000')).toBe('1');
    expect(await redisCli(replica.port, 'GET', 'a')).toBe('1');
  } finally {
    await replica.stop();
  }
});

test('after stop() neither its process nor its folder is left, even if it was paused; and it may be called again', async () => {
  server = await startRedis();
  const { pid, folder } = server;
  server.pause();
  await server.stop();
  await server.stop();
  await until(() => !isRunning(pid), 'the process to be gone');
  expect(existsSync(folder)).toBe(false);
});

test('stopped twice at once, and two started at once, are no trouble', async () => {
  const [one, other] = await Promise.all([startRedis(), startRedis()]);
  expect(one.port).not.toBe(other.port);
  await Promise.all([one.stop(), one.stop(), other.stop()]);
});

test('one that cannot start says why; a program that is missing, what to install', async () => {
  const missing = RedisProcess.start({ program: 'no-such-redis' });
  await expect(missing).rejects.toBeInstanceOf(MissingProgramError);
  await expect(missing).rejects.toThrow(
    'There is no no-such-redis on PATH: install it, on Debian with "apt-get install redis-server".',
  );
  await expect(RedisProcess.start({ program: tmpdir() })).rejects.toThrow(`${tmpdir()} cannot be started: spawn`);
  await expect(startRedis({ config: ['no-such-setting yes'] })).rejects.toThrow('Redis ended with 1');
});
