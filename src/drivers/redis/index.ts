/** Locks in Redis or Valkey: the entry point `lockmeter/redis`. */
export { type RedisDriver, redisDriver } from './redis-driver.js';
export type { RedisClientLike, RedisDriverOptions } from './redis-options.js';
