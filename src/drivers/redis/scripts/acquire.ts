/**
 * Asks for the lock: granted, queued, or refused.
 *
 * Invariants: nobody barges, for a free lock goes to the line first; and asking twice with one id is asking once: the holder
 * is told its grant again, a waiter its ticket.
 */
import type { AcquireReply, AcquireRequest } from '../protocol.js';
import { elements, ownerOf } from '../replies.js';
import { type LockScript, lockScript, SETTINGS, settingsArgs, whole } from './lock-script.js';
import { HANDOVER, TAKE_OVER, WAITERS } from './queue-lua.js';
import { HOLDER, READ_STATE, WRITE_STATE } from './state-lua.js';

const TAKE = `
local id, wanted, about = ARGV[6], ARGV[7], ARGV[8]
if not held then
  take_over()
  if not held then install(id, after(token), wanted, now_text, about, '') end
end
if owner == id then return { 'granted', now, token, lease_end } end
`;

const QUEUE = `
local waits, max_queue = ARGV[9] == '1', tonumber(ARGV[10])
local ticket, ahead = redis.call('ZSCORE', Q, id), nil
if ticket then
  ahead = redis.call('ZRANK', Q, id)
else
  ahead = redis.call('ZCARD', Q)
  if not waits then return { 'busy', now, ahead, holder() } end
  if max_queue >= 0 and ahead >= max_queue then return { 'full', now, ahead, holder() } end
  ticket = after(last_ticket())
  redis.call('ZADD', Q, ticket, id)
  write('q', ticket)
end
remember(id, wanted, about)
keep_line()
return { 'queued', now, ahead, holder(), ticket }
`;

// What only a waiter needs is defined when there is one: a function that is made and not called costs time as well.
const PIECES = [SETTINGS, READ_STATE, WRITE_STATE, HANDOVER, TAKE_OVER, TAKE, HOLDER, WAITERS, QUEUE];

export const acquireScript: LockScript<AcquireRequest, AcquireReply> = lockScript('acquire', PIECES, {
  encode(resource, { id, lease, info, wait, maxQueue }, settings) {
    return [...settingsArgs(resource, settings), id, whole(lease), info, wait ? '1' : '', String(maxQueue)];
  },
  decode(reply) {
    const [type, time, third, fourth, ticket] = elements(reply);
    const now = Number(time);
    if (type === 'granted') return { type, now, token: Number(third), leaseEnd: Number(fourth) };
    const place = { ahead: Number(third), owner: ownerOf(fourth), now };
    if (type === 'queued') return { type, ticket: Number(ticket), ...place };
    return { type: type === 'full' ? 'full' : 'busy', ...place };
  },
});
