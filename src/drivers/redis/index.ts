/** Locks in Redis or Valkey: the entry point `lockmeter/redis`. */
export { type RedisDriver, redisDriver } from './redis-driver.js';
export type { RedisDriverOptions } from './redis-options.js';
