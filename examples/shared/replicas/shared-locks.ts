/**
 * Locks that the replicas of one shop share, and no other shop: the folder that they share gives them their prefix.
 */
import { basename } from 'node:path';
import type { LockManagerOptions } from 'lockmeter';
import { redisDriver } from 'lockmeter/redis';
import { UsageError } from '../options.js';

/** How long a lock stays held whose holder was killed, in milliseconds: short enough to be watched. */
export const LEASE = 5_000;
/** How long a shop that opens waits for its Redis, in milliseconds. */
const CONNECT_TIMEOUT = 3_000;

/**
 * The options of a manager on the Redis at `url`, which answers.
 *
 * @throws UsageError when it does not.
 */
export async function sharedLocks(url: string, directory: string): Promise<LockManagerOptions> {
  const driver = redisDriver({ url, prefix: basename(directory), lease: LEASE, connectTimeout: CONNECT_TIMEOUT });
  try {
    await driver.ready();
  } catch (error) {
    await driver.close();
    throw new UsageError((error as Error).message, { cause: error });
  }
  return { driver, storeTraceparent: true };
}
