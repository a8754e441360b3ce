/**
 * The pieces of Lua that read and write the state of a lock, its hash. The fields:
 *
 *     o  id of the holder, or of the last one if its lease ran out; '' when it gave the lock back
 *     t  token of the last grant: that of `o`
 *     b  when the lease began: at the grant, and again at each renewal          l  how long it is
 *     a  when it was granted                                                    i  what its attempt said about itself
 *     u  the channel a grant was pushed to, until its holder renews it; otherwise ''
 *     q  the last ticket                                                        r  id of the last one that gave it back
 *     e  the period in which its expiry was set
 *
 * Invariants: `t` and `q` never fall, also when the server's clock does. A lease never lasts longer than it was meant to: one
 * that began in the future, because the clock was set back, begins now. While `o` is '' nobody waits: the line is joined only
 * while the lock is held, and a lock goes back to nobody only when the line is empty. And the hash is never without an expiry:
 * when a lease begins it has 21 hours left at least, so no lease may be longer.
 *
 * Numbers that are stored stay text on their way: Lua needs a microsecond to print one, as long as a command takes. So does a
 * reply that is a list. And functions cost as much to make as to call: a script makes none before it needs one.
 */

/** Lua: the keys. */
export const KEY_NAMES = `
local S, Q, W = KEYS[1], KEYS[2], KEYS[3]
`;

/** Lua: the time, and the period of 10 000 s that it is in. */
export const CLOCK = `
local clock = redis.call('TIME')
local us_text = clock[1] .. string.sub('00000' .. clock[2], -6)
local now_text = string.sub(us_text, 1, -4)
local us, period = tonumber(us_text), string.sub(us_text, 1, -11)
`;

/** Lua: the state, and whether the lock is held. Reads only. */
export const READ_STATE = `
local now = tonumber(now_text)
local fields = redis.call('HMGET', S, 'o', 't', 'b', 'l', 'a', 'i', 'u', 'q', 'e')
local owner, token, acquired_at, info, pushed_to = fields[1] or '', fields[2] or '0', fields[5], fields[6], fields[7]
local began, lease = tonumber(fields[3]) or 0, tonumber(fields[4]) or 0
local ahead_of_time = began > now
local lease_end = (ahead_of_time and now or began) + lease
local held = owner ~= '' and lease_end > now
`;

/** Lua: the holder, for a reply. */
export const HOLDER = `
local function holder()
  return held and { owner, token, lease_end, acquired_at, info }
end
`;

/** Lua: the arguments of the HSET that makes somebody the holder; each is an expression. */
export function holderFields(id: string, token: string, began: string, length: string, since: string, about: string) {
  return `'o', ${id}, 't', ${token}, 'b', ${began}, 'l', ${length}, 'a', ${since}, 'i', ${about}`;
}

/**
 * Lua: how the state is changed. The expiry is set once in a period, which costs a field; asking for the time to live would cost
 * a command.
 */
export const WRITE_STATE = `
local expiry_set = fields[9]
local function write(...)
  redis.call('HSET', S, ...)
  if expiry_set ~= period then
    expiry_set = period
    redis.call('HSET', S, 'e', period)
    redis.call('PEXPIRE', S, 86400000)
  end
end

-- What comes after a token or a ticket: the time, unless that was given out already or the clock was set back.
local function after(last)
  last = tonumber(last)
  return us > last and us_text or string.format('%.0f', last + 1)
end

local function install(id, its_token, length, since, about, channel)
  owner, token, lease_end, acquired_at, info, held = id, its_token, now + tonumber(length), since, about, true
  write(${holderFields('id', 'its_token', 'now_text', 'length', 'since', 'about')}, 'u', channel)
end

if held and ahead_of_time then write('b', now_text) end
`;

/**
 * Lua: nothing, for who holds does not wait. But a removal is not refused for want of memory, and neither is what comes after it
 * in a script: who holds and who waits already are to go on.
 */
export const GO_ON_WITHOUT_MEMORY = `
redis.call('ZREM', Q, owner)
`;

/** Lua: takes back the holder of a grant that the server forgot. It may have gone back to the time when this one waited. */
export const RESTORE = `
local function restore(id, its_token, length, since, about)
  install(id, its_token, length, since, about, '')
  redis.call('ZREM', Q, id)
  redis.call('HDEL', W, id)
end
`;
