/**
 * What nothing that renews leases can be cheaper than: for each key that is held a script that prolongs it if it is still ours,
 * each third of its time, a tenth of all keys at once, from the same client and without looking at the answers.
 */
import { createHash, randomUUID } from 'node:crypto';
import { ioredis, nodeRedis } from './clients.js';
import type { Contestant, Participant } from './contestant.js';

const TTL = 15_000;
const BURSTS = 10;
const PROLONG_IF_MINE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`;
const PROLONG_SHA = createHash('sha1').update(PROLONG_IF_MINE).digest('hex');

export const RENEWALS_IOREDIS = 'raw renewals, ioredis';
export const RENEWALS_NODE_REDIS = 'raw renewals, node-redis';

export const renewalsIoredis: Contestant = {
  name: RENEWALS_IOREDIS,
  async open(port, ttl = TTL) {
    const client = await ioredis(port);
    await client.script('LOAD', PROLONG_IF_MINE);
    return renewing(ttl, {
      set: (name, value) => client.set(name, value, 'PX', ttl, 'NX'),
      prolong: (name, value) => client.evalsha(PROLONG_SHA, 1, name, value, ttl),
      remove: (name) => client.del(name),
      close: () => client.quit(),
    });
  },
};

export const renewalsNodeRedis: Contestant = {
  name: RENEWALS_NODE_REDIS,
  async open(port, ttl = TTL) {
    const client = await nodeRedis(port);
    await client.scriptLoad(PROLONG_IF_MINE);
    return renewing(ttl, {
      set: (name, value) => client.set(name, value, { expiration: { type: 'PX', value: ttl }, condition: 'NX' }),
      prolong: (name, value) => client.evalSha(PROLONG_SHA, { keys: [name], arguments: [value, String(ttl)] }),
      remove: (name) => client.del(name),
      close: () => client.close(),
    });
  },
};

interface Commands {
  set(name: string, value: string): Promise<unknown>;
  prolong(name: string, value: string): Promise<unknown>;
  remove(name: string): Promise<unknown>;
  close(): Promise<unknown>;
}

function renewing(ttl: number, commands: Commands): Participant {
  const held = new Map<string, string>();
  let burst = 0;
  const timer = setInterval(
    () => {
      let place = burst++;
      for (const [name, value] of held) if (place++ % BURSTS === 0) void commands.prolong(name, value);
    },
    ttl / 3 / BURSTS,
  );
  const acquire: Participant['acquire'] = async (name) => {
    const value = randomUUID();
    await commands.set(name, value);
    held.set(name, value);
    return () => {
      held.delete(name);
      return commands.remove(name);
    };
  };
  return {
    acquire,
    async pass(name) {
      await (await acquire(name))();
    },
    close() {
      clearInterval(timer);
      return commands.close();
    },
  };
}
