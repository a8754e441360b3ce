/**
 * The pieces of Lua that keep the line of waiters: a sorted set of ids by ticket, and for each a record in a hash, the fields
 * parted by spaces: last sign of life, how long that is believed, the lease it wants, its channel, and what it says about itself.
 *
 * Invariants: the lock goes to the waiter with the lowest ticket that is alive, in the step that frees it, and that one alone is
 * told. A waiter that is gone costs nothing if its connection is closed, and one hand-off lease otherwise, together with all
 * other waiters of its process. Whoever was taken for dead comes back to its place with its next sign of life.
 */

/** Lua: the last ticket that was given out; and how to note that a waiter is alive. */
export const WAITERS = `
local function last_ticket()
  -- Where the state was lost and the line was not, the line tells.
  return fields[8] or redis.call('ZRANGE', Q, -1, -1, 'WITHSCORES')[2] or '0'
end

local record_start = now_text .. ' ' .. waiter_ttl .. ' '
local function remember(id, wanted, about)
  redis.call('HSET', W, id, record_start .. wanted .. ' ' .. channel .. ' ' .. about)
end

-- The line outlasts its waiters' heartbeats, also those of processes that have longer ones, and not for ever.
local function keep_line()
  for _, key in ipairs({ Q, W }) do
    if redis.call('PTTL', key) < 2 * waiter_ttl then redis.call('PEXPIRE', key, 3 * waiter_ttl) end
  end
end
`;

/**
 * Lua: gives a lock that nobody holds to the next waiter. `suspect` is the channel of a process that let a pushed grant run out
 * without a word: its waiters that have not been heard of since are passed over.
 */
export const HANDOVER = `
local function handover(suspect)
  local since = tonumber(acquired_at)
  while true do
    local id = redis.call('ZPOPMIN', Q)[1]
    if not id then return end
    local record = redis.call('HGET', W, id)
    redis.call('HDEL', W, id)
    local seen, ttl, wanted, its_channel, about = string.match(record or '', '^(%d+) (%d+) (%d+) (%S+) (.*)$')
    local alive = seen and seen + ttl >= now and not (its_channel == suspect and tonumber(seen) <= since)
    if alive then
      local length = tonumber(wanted) < tonumber(handoff_lease) and wanted or handoff_lease
      local its_token = after(token)
      local till = string.format('%.0f', now + length)
      local message = id .. ' ' .. its_token .. ' ' .. till .. ' ' .. now_text .. ' ' .. resource
      local heard = redis.call('PUBLISH', its_channel, message)
      if heard > 0 or not counts_receivers then return install(id, its_token, length, now_text, about, its_channel) end
    end
  end
end
`;

/** Lua: the same for whoever finds that the lease has run out. */
export const TAKE_OVER = `
local function take_over()
  handover(owner ~= '' and pushed_to ~= '' and pushed_to)
end
`;
