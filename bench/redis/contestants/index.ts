/** All that is compared: the floors first, then this package, then the others. */
import type { Contestant } from './contestant.js';
import { pairIoredis, pairNodeRedis, pingIoredis, pingNodeRedis } from './floors.js';
import { holdIoredis, holdNodeRedis, runIoredis, runNodeRedis } from './lockmeter.js';
import { redisSemaphore, redisSemaphore50 } from './redis-semaphore.js';
import { redlock4, redlock4Fast } from './redlock-4.js';
import { redlock5, redlock5Fast } from './redlock-5.js';
import { redlockUniversal, redlockUniversalFast } from './redlock-universal.js';
import { simpleRedisMutex } from './simple-redis-mutex.js';
import { verrou, verrouFast } from './verrou.js';

export const contestants: readonly Contestant[] = [
  pingIoredis,
  pingNodeRedis,
  pairIoredis,
  pairNodeRedis,
  holdIoredis,
  runIoredis,
  holdNodeRedis,
  runNodeRedis,
  redisSemaphore,
  redisSemaphore50,
  redlock4,
  redlock4Fast,
  redlock5,
  redlock5Fast,
  redlockUniversal,
  redlockUniversalFast,
  verrou,
  verrouFast,
  simpleRedisMutex,
];
