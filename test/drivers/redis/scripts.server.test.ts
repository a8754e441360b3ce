/**
 * The scripts as they are published, on a server as it may be: its own clock, a user who may do nothing else, any name,
 * nodes of a cluster.
 */
import { Redis } from 'ioredis';
import { lockKeys, wakeChannel } from '../../../src/drivers/redis/keys.js';
import type { ScriptSettings } from '../../../src/drivers/redis/protocol.js';
import {
  acquireScript,
  decodeWake,
  inspectScript,
  type LockScript,
  releaseScript,
  renewScript,
  tendScript,
} from '../../../src/drivers/redis/scripts/index.js';
import { type RedisServer, startRedis, startRedisCluster } from '../../support/redis-server.js';

const ALL = [acquireScript, releaseScript, renewScript, tendScript, inspectScript];
const COMMANDS =
  'eval evalsha time hmget hget hset hdel pexpire pttl zadd zrem zpopmin zscore zrank zrange zcard publish';
const CHANNEL = wakeChannel('lm', 'f00d');
const SETTINGS: ScriptSettings = { channel: CHANNEL, handoffLease: 3_000, waiterTtl: 15_000, countsReceivers: true };
const record = (id: string) => ({ id, lease: 10_000, info: '{"label":"Käse 🔒"}' });
const ask = (id: string) => ({ ...record(id), wait: true, maxQueue: -1 });

let server: RedisServer;
let redis: Redis;
let ears: Redis;
const heard: string[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.port);
  ears = new Redis(server.port);
  ears.on('message', (_channel: string, text: string) => heard.push(text));
  await ears.subscribe(CHANNEL);
});
beforeEach(async () => {
  await redis.flushall();
  heard.length = 0;
});
afterAll(async () => {
  redis.disconnect();
  ears.disconnect();
  await server.stop();
});

async function run<Request, Reply>(
  client: Redis,
  script: LockScript<Request, Reply>,
  request: Request,
  name: string,
  prefix = 'lm',
): Promise<Reply> {
  const args = [...lockKeys(prefix, name).all, ...script.encode(name, request, SETTINGS)];
  return script.decode((await client.eval(script.source, 3, ...args)) as string, request);
}

/** All that a lock goes through. */
async function story(client: Redis, name: string): Promise<void> {
  const first = await run(client, acquireScript, ask('f00d-1'), name);
  if (first.type !== 'granted') throw new Error(first.type);
  const second = await run(client, acquireScript, ask('f00d-2'), name);
  if (second.type !== 'queued') throw new Error(second.type);
  const owner = {
    id: 'f00d-1',
    token: first.token,
    leaseEnd: first.leaseEnd,
    acquiredAt: first.now,
    info: '{"label":"Käse 🔒"}',
  };
  expect(second).toEqual({ type: 'queued', ahead: 0, ticket: second.ticket, now: second.now, owner });
  const renewed = await run(client, renewScript, { ...record('f00d-1'), token: first.token }, name);
  expect(renewed).toMatchObject({ type: 'renewed' });
  const waiters = [{ ...record('f00d-2'), ticket: second.ticket }];
  expect(await run(client, tendScript, { waiters, knownOwner: owner }, name)).toMatchObject({ depth: 1 });
  expect(await run(client, releaseScript, 'f00d-1', name)).toBe('released');
  const state = await run(client, inspectScript, undefined, name);
  expect(state).toMatchObject({ depth: 0, owner: { id: 'f00d-2', info: owner.info } });
  expect(state.owner!.token).toBeGreaterThan(first.token);
  expect(await run(client, releaseScript, 'f00d-2', name)).toBe('released');
}

test('a script is known by its digest', async () => {
  for (const { source, sha1 } of ALL) expect(await redis.script('LOAD', source)).toBe(sha1);
});

test("times, tokens and tickets are the server's", async () => {
  const [seconds] = await redis.time();
  const reply = await run(redis, acquireScript, ask('f00d-1'), 'stock');
  if (reply.type !== 'granted') throw new Error(reply.type);
  expect(Math.abs(reply.now - Number(seconds) * 1_000)).toBeLessThan(60_000);
  expect(Math.floor(reply.token / 1_000)).toBe(reply.now);
  expect(reply.leaseEnd).toBe(reply.now + 10_000);
});

const NAMES = [
  'stock',
  '{a}',
  '}',
  '{',
  '%7B',
  '',
  'a b:c',
  'Grüße 你好 🔒',
  'a\0b\r\nc',
  '__proto__',
  'x'.repeat(1_024),
];

test.each(NAMES.map((name) => [name.slice(0, 20), name]))('any name: %j', async (_start, name) => {
  await story(redis, name!);
  await ears.ping();
  expect(heard.map((text) => decodeWake(text)?.resource)).toEqual([name]);
  expect(await redis.keys('*')).toEqual([lockKeys('lm', name!).state]);
});

test('a user may be restricted to their commands, keys and channels', async () => {
  const allowed = COMMANDS.split(' ').map((command) => `+${command}`);
  await redis.call(
    'ACL',
    'SETUSER',
    'locks',
    'on',
    '>secret',
    'resetkeys',
    '~lm:*',
    'resetchannels',
    '&lm:wake:*',
    '-@all',
    ...allowed,
  );
  const client = new Redis(server.port, { username: 'locks', password: 'secret', enableReadyCheck: false });
  try {
    await story(client, 'stock');
    await expect(client.get('other')).rejects.toThrow('NOPERM');
  } finally {
    client.disconnect();
  }
});

test('a server short of memory takes no new waiter, and goes on with those it has', async () => {
  const first = await run(redis, acquireScript, ask('f00d-1'), 'stock');
  const second = await run(redis, acquireScript, ask('f00d-2'), 'stock');
  if (first.type !== 'granted' || second.type !== 'queued') throw new Error(`${first.type}, ${second.type}`);
  const waiters = [{ ...record('f00d-2'), ticket: second.ticket }];
  await redis.config('SET', 'maxmemory', '1');
  try {
    await expect(run(redis, acquireScript, ask('f00d-3'), 'stock')).rejects.toThrow('OOM');
    expect(await run(redis, renewScript, { ...record('f00d-1'), token: first.token }, 'stock')).toMatchObject({
      type: 'renewed',
    });
    expect(await run(redis, tendScript, { waiters, knownOwner: undefined }, 'stock')).toMatchObject({ depth: 1 });
    expect(await run(redis, releaseScript, 'f00d-1', 'stock')).toBe('released');
  } finally {
    await redis.config('SET', 'maxmemory', '0');
  }
  expect(await run(redis, inspectScript, undefined, 'stock')).toMatchObject({
    owner: { id: 'f00d-2' },
    depth: 0,
    next: [],
  });
});

test('a server short of memory gives out locks that nobody has, and takes them back', async () => {
  for (const memory of ['0', '1', '1']) {
    await redis.config('SET', 'maxmemory', memory);
    try {
      expect(await run(redis, acquireScript, ask('f00d-1'), 'stock')).toMatchObject({ type: 'granted' });
      expect(await run(redis, releaseScript, 'f00d-1', 'stock')).toBe('released');
      expect(await run(redis, inspectScript, undefined, 'stock')).toMatchObject({ owner: undefined, depth: 0 });
    } finally {
      await redis.config('SET', 'maxmemory', '0');
    }
  }
});

test('a message that no lock has sent is none', () => {
  for (const text of ['', 'hello', 'a 1 2', 'a b c d e', 'a 1 2 3']) expect(decodeWake(text)).toBeUndefined();
});

test('in a cluster they run on one slot, with every key declared', async () => {
  const node = await startRedisCluster();
  const client = new Redis(node.port);
  try {
    await client.config('SET', 'cluster-allow-reads-when-down', 'yes');
    for (const name of ['stock', '', '}', '{}']) {
      const ear = new Redis(node.port);
      try {
        await ear.subscribe(CHANNEL);
        await story(client, name);
      } finally {
        ear.disconnect();
      }
    }
  } finally {
    client.disconnect();
    await node.stop();
  }
});
