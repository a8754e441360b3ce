/**
 * Gives the lock back, to the next waiter if there is one; or gives up waiting for it. One script for both, so that whoever
 * gives up need not know whether it was granted the lock meanwhile.
 *
 * Invariant: sent twice it tells the same, as long as nobody else gave the lock back in between.
 */
import type { ReleaseReply } from '../protocol.js';
import { type LockScript, lockScript, SETTINGS, settingsArg } from './lock-script.js';
import { HANDOVER } from './queue-lua.js';
import { CLOCK, KEY_NAMES, READ_STATE, WRITE_STATE } from './state-lua.js';

// The way of those for whom nobody waits: without a look at the clock. A server that is short of memory refuses this write, as
// it is the first, and lets the long way pass, which begins with a removal.
const GIVE_BACK = `
local id = ARGV[2]
if redis.call('HGET', S, 'o') == id and redis.call('ZCARD', Q) == 0 then
  local done = redis.pcall('HSET', S, 'o', '', 'r', id)
  if type(done) == 'number' then return 'released' end
end
`;

const RELEASE = `
if owner == id then
  held = false
  handover(nil)
  if held then write('r', id) else write('o', '', 'r', id) end
  return 'released'
end
local waited = redis.call('ZREM', Q, id) == 1
redis.call('HDEL', W, id)
if waited then return 'cancelled' end
if redis.call('HGET', S, 'r') == id then return 'released' end
-- The server has forgotten the lock: nobody is to restore this holder.
if token == '0' then write('r', id) end
return 'lost'
`;

/** The request is the id. */
export const releaseScript: LockScript<string, ReleaseReply> = lockScript(
  'release',
  [KEY_NAMES, GIVE_BACK, CLOCK, SETTINGS, READ_STATE, WRITE_STATE, HANDOVER, RELEASE],
  {
    encode: (resource, id, settings) => [settingsArg(resource, settings), id],
    decode: (reply) => (reply === 'released' || reply === 'cancelled' ? reply : 'lost'),
  },
);
