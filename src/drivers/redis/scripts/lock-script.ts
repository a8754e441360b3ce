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
  decode(reply: RedisReply): Reply;
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

/** The arguments that every script begins with which may hand the lock over; `SETTINGS` reads them. */
export function settingsArgs(resource: string, settings: ScriptSettings): string[] {
  const { channel, handoffLease, waiterTtl, countsReceivers } = settings;
  return [resource, channel, whole(handoffLease), whole(waiterTtl), countsReceivers ? '1' : ''];
}

/** Lua: see `settingsArgs`. A script's own arguments begin at 6. */
export const SETTINGS = `
local resource, channel, handoff_lease, waiter_ttl = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local counts_receivers = ARGV[5] == '1'
`;

/** Milliseconds as an argument: Redis knows no fractions of them. */
export function whole(ms: number): string {
  return String(Math.round(ms));
}
