/**
 * Asks for the lock: granted, queued, or refused.
 *
 * Invariants: nobody barges, for a free lock goes to the line first; and asking twice with one id is asking once: the holder
 * is told its grant again, a waiter its ticket.
 */
import type { AcquireReply, AcquireRequest } from '../protocol.js';
import { elements, ownerOf } from '../replies.js';
import { type LockScript, lockScript, SETTINGS, settingsArg, whole } from './lock-script.js';
import { HANDOVER, TAKE_OVER, WAITERS } from './queue-lua.js';
import { CLOCK, HOLDER, holderFields, KEY_NAMES, READ_STATE, WRITE_STATE } from './state-lua.js';

// The way of those who meet nobody: three commands, and what differs in any respect goes the long way below. So does a server
// that is short of memory, which refuses this write, as it is the first. The token is the time, and so the whole reply.
const TAKE_FREE = `
local id, wanted, about = ARGV[2], ARGV[3], ARGV[4]
local last = redis.call('HMGET', S, 'o', 't', 'e')
if last[1] == '' and last[3] == period and us > tonumber(last[2]) then
  local done = redis.pcall('HSET', S, ${holderFields('id', 'us_text', 'now_text', 'wanted', 'now_text', 'about')}, 'u', '')
  if type(done) == 'number' then return us end
end
`;

const TAKE = `
if not held then
  take_over()
  if not held then install(id, after(token), wanted, now_text, about, '') end
end
if owner == id then return { 'granted', now, token, lease_end } end
`;

const QUEUE = `
local max_queue = tonumber(ARGV[5])
local ticket, ahead = redis.call('ZSCORE', Q, id), nil
if ticket then
  ahead = redis.call('ZRANK', Q, id)
else
  ahead = redis.call('ZCARD', Q)
  if not max_queue then return { 'busy', now, ahead, holder() } end
  if max_queue >= 0 and ahead >= max_queue then return { 'full', now, ahead, holder() } end
  ticket = after(last_ticket())
  redis.call('ZADD', Q, ticket, id)
  write('q', ticket)
end
remember(id, wanted, about)
keep_line()
return { 'queued', now, ahead, holder(), ticket }
`;

const PIECES = [
  KEY_NAMES,
  CLOCK,
  TAKE_FREE,
  SETTINGS,
  READ_STATE,
  WRITE_STATE,
  HANDOVER,
  TAKE_OVER,
  TAKE,
  HOLDER,
  WAITERS,
  QUEUE,
];

export const acquireScript: LockScript<AcquireRequest, AcquireReply> = lockScript('acquire', PIECES, {
  encode(resource, { id, lease, info, wait, maxQueue }, settings) {
    return [settingsArg(resource, settings), id, whole(lease), info, wait ? String(maxQueue) : ''];
  },
  decode(reply, { lease }) {
    if (typeof reply === 'number') {
      const now = Math.floor(reply / 1_000);
      return { type: 'granted', token: reply, leaseEnd: now + Math.round(lease), now };
    }
    const [type, time, third, fourth, ticket] = elements(reply);
    const now = Number(time);
    if (type === 'granted') return { type, now, token: Number(third), leaseEnd: Number(fourth) };
    const place = { ahead: Number(third), owner: ownerOf(fourth), now };
    if (type === 'queued') return { type, ticket: Number(ticket), ...place };
    return { type: type === 'full' ? 'full' : 'busy', ...place };
  },
});
