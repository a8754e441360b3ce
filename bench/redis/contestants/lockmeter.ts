/** This package, on either client, with its numbers on as always: through `hold()` and through `run()`. What varies is a key, as it should be. */
import { LockManager } from 'lockmeter';
import { type RedisDriverOptions, redisDriver } from 'lockmeter/redis';
import { ioredis, nodeRedis } from './clients.js';
import { type Contestant, pairOf } from './contestant.js';
import { PAIR_IOREDIS, PAIR_NODE_REDIS } from './floors.js';

export const HOLD_IOREDIS = 'lockmeter hold(), ioredis';
export const RUN_IOREDIS = 'lockmeter run(), ioredis';
export const HOLD_NODE_REDIS = 'lockmeter hold(), node-redis';
export const RUN_NODE_REDIS = 'lockmeter run(), node-redis';

/** A manager on a driver of its own, as a process has one. */
export async function openManager(client: RedisDriverOptions['client'], lease?: number) {
  const driver = redisDriver({ client, lease });
  await driver.ready();
  return new LockManager({ driver });
}

export const holdIoredis: Contestant = {
  name: HOLD_IOREDIS,
  floor: PAIR_IOREDIS,
  async open(port, lease) {
    const client = await ioredis(port);
    return holding(await openManager(client, lease), () => client.quit());
  },
};

export const runIoredis: Contestant = {
  name: RUN_IOREDIS,
  floor: PAIR_IOREDIS,
  async open(port) {
    const client = await ioredis(port);
    return running(await openManager(client), () => client.quit());
  },
};

export const holdNodeRedis: Contestant = {
  name: HOLD_NODE_REDIS,
  floor: PAIR_NODE_REDIS,
  async open(port, lease) {
    const client = await nodeRedis(port);
    return holding(await openManager(client, lease), () => client.close());
  },
};

export const runNodeRedis: Contestant = {
  name: RUN_NODE_REDIS,
  floor: PAIR_NODE_REDIS,
  async open(port) {
    const client = await nodeRedis(port);
    return running(await openManager(client), () => client.close());
  },
};

const nothing = async (): Promise<void> => {};

function running(manager: LockManager, closeClient: () => Promise<unknown>) {
  return {
    pass: (name: string) => manager.run('bench', nothing, { key: name }),
    close: () => closeBoth(manager, closeClient),
  };
}

function holding(manager: LockManager, closeClient: () => Promise<unknown>) {
  const acquire = async (name: string) => {
    const hold = await manager.lock('bench', name).hold();
    return () => hold.release();
  };
  return pairOf(acquire, () => closeBoth(manager, closeClient));
}

async function closeBoth(manager: LockManager, closeClient: () => Promise<unknown>): Promise<void> {
  await manager.close();
  await closeClient();
}
