/**
 * The sign of life of a process's waiters for one lock. Brings back what the server has lost: the holder first, so that no
 * waiter gets what is held, then the waiters with the tickets they had. And takes the lock over for the next waiter when its
 * lease has run out.
 *
 * Invariants: a waiter that the server knows keeps its place; a ticket given later is greater than each that came back; and
 * a holder that has given the lock back is not restored.
 */
import type { TendReply, TendRequest } from '../protocol.js';
import { elements, ownerOf } from '../replies.js';
import { type LockScript, lockScript, SETTINGS, settingsArg, whole } from './lock-script.js';
import { HANDOVER, TAKE_OVER, WAITERS } from './queue-lua.js';
import { CLOCK, GO_ON_WITHOUT_MEMORY, HOLDER, KEY_NAMES, READ_STATE, RESTORE, WRITE_STATE } from './state-lua.js';

const TEND = `
local known, known_token, known_end = ARGV[2], ARGV[3], tonumber(ARGV[4])
local forgotten = tonumber(known_token) > tonumber(token)
if forgotten and known_end > now and redis.call('HGET', S, 'r') ~= known then
  restore(known, known_token, string.format('%.0f', known_end - now), ARGV[5], ARGV[6])
end

local latest, latest_text = tonumber(last_ticket()), nil
for i = 7, #ARGV, 4 do
  local id, ticket = ARGV[i], ARGV[i + 1]
  if not (held and owner == id) then
    redis.call('ZADD', Q, 'NX', ticket, id)
    remember(id, ARGV[i + 2], ARGV[i + 3])
    if tonumber(ticket) > latest then latest, latest_text = tonumber(ticket), ticket end
  end
end
if latest_text then write('q', latest_text) end
keep_line()

if not held then take_over() end
return { now, redis.call('ZCARD', Q), holder() }
`;

const NOBODY = ['', '0', '0', '0', ''];
const PIECES = [
  KEY_NAMES,
  CLOCK,
  SETTINGS,
  READ_STATE,
  GO_ON_WITHOUT_MEMORY,
  HOLDER,
  WRITE_STATE,
  RESTORE,
  WAITERS,
  HANDOVER,
  TAKE_OVER,
  TEND,
];

export const tendScript: LockScript<TendRequest, TendReply> = lockScript('tend', PIECES, {
  encode(resource, { waiters, knownOwner: known }, settings) {
    const args = [settingsArg(resource, settings)];
    if (known === undefined) args.push(...NOBODY);
    else args.push(known.id, String(known.token), String(known.leaseEnd), String(known.acquiredAt), known.info);
    for (const { id, ticket, lease, info } of waiters) args.push(id, String(ticket), whole(lease), info);
    return args;
  },
  decode(reply) {
    const [now, depth, owner] = elements(reply);
    return { now: Number(now), depth: Number(depth), owner: ownerOf(owner) };
  },
});
