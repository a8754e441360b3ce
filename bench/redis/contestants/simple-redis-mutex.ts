/**
 * simple-redis-mutex: `SET NX PX` and a token in a command of its own; a release is published to everybody, and all who wait
 * try again. It keeps one subscription in the module, as a process has one, hence each participant gets a copy of the module.
 */
import { createRequire } from 'node:module';
import { nodeRedis } from './clients.js';
import { type Contestant, pairOf } from './contestant.js';
import { PAIR_NODE_REDIS } from './floors.js';

const require = createRequire(import.meta.url);

export const simpleRedisMutex: Contestant = {
  name: 'simple-redis-mutex',
  floor: PAIR_NODE_REDIS,
  async open(port) {
    const client = await nodeRedis(port);
    const { lock } = newCopy();
    return pairOf(
      (name) => lock(client, name),
      () => client.close(),
    );
  },
};

function newCopy(): typeof import('simple-redis-mutex') {
  const file = require.resolve('simple-redis-mutex');
  delete require.cache[file];
  return require(file);
}
