/**
 * Gives the lock back, to the next waiter if there is one; or gives up waiting for it. One script for both, so that whoever
 * gives up need not know whether it was granted the lock meanwhile.
 *
 * Invariant: sent twice it tells the same, as long as nobody else gave the lock back in between.
 */
import type { ReleaseReply } from '../protocol.js';
import { type LockScript, lockScript, SETTINGS, settingsArgs } from './lock-script.js';
import { HANDOVER } from './queue-lua.js';
import { READ_STATE, WRITE_STATE } from './state-lua.js';

const RELEASE = `
local id = ARGV[6]
if owner == id then
  held = false
  handover(nil)
  if held then write('r', id) else write('o', '', 'i', '', 'r', id) end
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
  [SETTINGS, READ_STATE, WRITE_STATE, HANDOVER, RELEASE],
  {
    encode: (resource, id, settings) => [...settingsArgs(resource, settings), id],
    decode: (reply) => (reply === 'released' || reply === 'cancelled' ? reply : 'lost'),
  },
);
