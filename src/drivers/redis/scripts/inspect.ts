/**
 * Shows a lock: who holds it, how many wait, who is next. Changes nothing, so a replica can answer it.
 */
import type { InspectReply } from '../protocol.js';
import { elements, ownerOf } from '../replies.js';
import { type LockScript, lockScript } from './lock-script.js';
import { CLOCK, HOLDER, KEY_NAMES, READ_STATE } from './state-lua.js';

const INSPECT = `
local next_up = redis.call('ZRANGE', Q, 0, 9, 'WITHSCORES')
local waiters = {}
for i = 1, #next_up, 2 do
  local record = redis.call('HGET', W, next_up[i]) or ''
  waiters[#waiters + 1] = { next_up[i], next_up[i + 1], string.match(record, '^%d+ %d+ %d+ %S+ (.*)$') or '{}' }
end
return { now, redis.call('ZCARD', Q), holder(), waiters }
`;

const PIECES = [KEY_NAMES, CLOCK, READ_STATE, HOLDER, INSPECT];

/** There is nothing to request. */
export const inspectScript: LockScript<void, InspectReply> = lockScript('inspect', PIECES, {
  encode: () => [],
  decode(reply) {
    const [now, depth, owner, waiters] = elements(reply);
    const next = elements(waiters).map((waiter) => {
      const [id, ticket, info] = elements(waiter);
      return { id: String(id), ticket: Number(ticket), info: String(info) };
    });
    return { now: Number(now), depth: Number(depth), owner: ownerOf(owner), next };
  },
});
