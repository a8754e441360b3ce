/**
 * Prolongs a lease, and so confirms a grant that was pushed.
 *
 * Invariants: a lease that has run out is not prolonged. A server that has lost what it knew takes the holder back with its
 * token, unless it has granted the lock since, which the tokens tell: what comes later is greater.
 */
import type { RenewReply, RenewRequest } from '../protocol.js';
import { elements } from '../replies.js';
import { type LockScript, lockScript, whole } from './lock-script.js';
import { CLOCK, GO_ON_WITHOUT_MEMORY, KEY_NAMES, READ_STATE, RESTORE, WRITE_STATE } from './state-lua.js';

const RENEW = `
local id, length, its_token, about = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if held and owner == id and token == its_token then
  lease_end = now + length
  write('b', now_text, 'l', length, 'u', '')
  if about ~= info then write('i', about) end
elseif tonumber(token) < tonumber(its_token) then
  -- A token is the time of its grant in microseconds, but for steps of the clock.
  restore(id, its_token, length, string.format('%.0f', math.min(now, math.floor(its_token / 1000))), about)
else
  return { 'refused', now }
end
return { 'renewed', now, lease_end }
`;

export const renewScript: LockScript<RenewRequest, RenewReply> = lockScript(
  'renew',
  [KEY_NAMES, CLOCK, READ_STATE, GO_ON_WITHOUT_MEMORY, WRITE_STATE, RESTORE, RENEW],
  {
    encode: (_resource, { id, lease, token, info }) => [id, whole(lease), String(token), info],
    decode(reply) {
      const [type, now, leaseEnd] = elements(reply);
      if (type === 'renewed') return { type, now: Number(now), leaseEnd: Number(leaseEnd) };
      return { type: 'refused', now: Number(now) };
    },
  },
);
