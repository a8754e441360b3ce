/**
 * What nothing can be faster than: a round trip, and the two commands that make a lock without a queue, a token or a renewal.
 * The pair is sent as the documentation of Redis shows it: `SET name value NX PX ttl`, and a script that deletes the key if it
 * has that value still.
 */
import { createHash, randomUUID } from 'node:crypto';
import { ioredis, nodeRedis } from './clients.js';
import type { Contestant } from './contestant.js';

const TTL = 15_000;
const DELETE_IF_MINE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;
const DELETE_SHA = createHash('sha1').update(DELETE_IF_MINE).digest('hex');

export const PING_IOREDIS = 'PING, ioredis';
export const PING_NODE_REDIS = 'PING, node-redis';
export const PAIR_IOREDIS = 'raw pair, ioredis';
export const PAIR_NODE_REDIS = 'raw pair, node-redis';

export const pingIoredis: Contestant = {
  name: PING_IOREDIS,
  async open(port) {
    const client = await ioredis(port);
    return { pass: () => client.ping(), close: () => client.quit() };
  },
};

export const pingNodeRedis: Contestant = {
  name: PING_NODE_REDIS,
  async open(port) {
    const client = await nodeRedis(port);
    return { pass: () => client.ping(), close: () => client.close() };
  },
};

export const pairIoredis: Contestant = {
  name: PAIR_IOREDIS,
  floor: PAIR_IOREDIS,
  async open(port) {
    const client = await ioredis(port);
    await client.script('LOAD', DELETE_IF_MINE);
    return {
      async pass(name) {
        const value = randomUUID();
        const granted = await client.set(name, value, 'PX', TTL, 'NX');
        const deleted = await client.evalsha(DELETE_SHA, 1, name, value);
        check(granted === 'OK' && deleted === 1);
      },
      close: () => client.quit(),
    };
  },
};

export const pairNodeRedis: Contestant = {
  name: PAIR_NODE_REDIS,
  floor: PAIR_NODE_REDIS,
  async open(port) {
    const client = await nodeRedis(port);
    await client.scriptLoad(DELETE_IF_MINE);
    return {
      async pass(name) {
        const value = randomUUID();
        const granted = await client.set(name, value, { expiration: { type: 'PX', value: TTL }, condition: 'NX' });
        const deleted = await client.evalSha(DELETE_SHA, { keys: [name], arguments: [value] });
        check(granted === 'OK' && deleted === 1);
      },
      close: () => client.close(),
    };
  },
};

function check(held: boolean): void {
  if (!held) throw new Error('The raw pair did not lock what nobody else uses');
}
