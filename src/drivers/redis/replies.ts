/**
 * Takes replies of scripts apart. Whole numbers come as integers where Lua had a number and as text where Redis had a string;
 * both are exact up to 2^53, and here both become numbers.
 */
import type { RedisReply } from './connection.js';
import type { OwnerReply } from './protocol.js';

/**
 * The elements of an array.
 *
 * @throws TypeError when it is none: then something between this process and Redis changes replies.
 */
export function elements(reply: RedisReply | undefined): RedisReply[] {
  if (Array.isArray(reply)) return reply;
  throw new TypeError(`A lock script answered ${JSON.stringify(reply)} where a list was expected`);
}

/** The holder as the scripts' `holder()` gives it. */
export function ownerOf(reply: RedisReply | undefined): OwnerReply | undefined {
  if (reply === null || reply === undefined) return undefined;
  const [id, token, leaseEnd, acquiredAt, info] = elements(reply);
  return {
    id: String(id),
    token: Number(token),
    leaseEnd: Number(leaseEnd),
    acquiredAt: Number(acquiredAt),
    info: String(info),
  };
}
