/**
 * The shape that all scripts of the driver have: one source, made of shared pieces so that no rule is written twice; how a
 * request becomes arguments; and how the reply is read.
 *
 * The keys are those of `lockKeys(…).all`. The sources run on Redis 6.2 and later and on Valkey, on one slot of a cluster, and
 * call nothing but TIME, HMGET, HGET, HSET, HDEL, PEXPIRE, PTTL, ZADD, ZREM, ZPOPMIN, ZSCORE, ZRANK, ZRANGE, ZCARD and PUBLISH.
 */
import { createHash } from 'node:crypto';
import type { RedisReply, RedisScript } from '../connection.js';
import type { ScriptSettings } from '../protocol.js';

/** A script with its two ends. */
export interface LockScript<Request, Reply> extends RedisScript {
  /**
   * The arguments.
   *
   * @param resource The lock's name as it is: it goes into the wake-up message.
   */
  encode(resource: string, request: Request, settings: ScriptSettings): string[];
  decode(reply: RedisReply, request: Request): Reply;
}

/** Puts a script together from pieces of Lua. */
export function lockScript<Request, Reply>(
  name: string,
  pieces: readonly string[],
  ends: Pick<LockScript<Request, Reply>, 'encode' | 'decode'>,
): LockScript<Request, Reply> {
  const source = pieces.map((piece) => piece.trim()).join('\n');
  return { name, source, sha1: createHash('sha1').update(source).digest('hex'), ...ends };
}

/**
 * The first argument of every script that may hand the lock over; `SETTINGS` reads it. One, because each costs every call, and
 * only those that meet others need this.
 */
export function settingsArg(resource: string, settings: ScriptSettings): string {
  const { channel, handoffLease, waiterTtl, countsReceivers } = settings;
  return `${whole(handoffLease)} ${whole(waiterTtl)} ${countsReceivers ? 1 : 0} ${channel} ${resource}`;
}

/** Lua: see `settingsArg`. */
export const SETTINGS = `
local handoff_lease, waiter_ttl, counts, channel, resource = string.match(ARGV[1], '^(%d+) (%d+) (%d) (%S+) (.*)$')
local counts_receivers = counts == '1'
`;

/** Milliseconds as an argument: Redis knows no fractions of them. */
export function whole(ms: number): string {
  return String(Math.round(ms));
}
