-- Reserve the next slot of the account: ARGV guard_ms, lead_ms, ahead_ms, then calls and period_ms of each limit.
-- Returns {1, slot_ms, now_ms} when reserved, {0, wait_ms, now_ms} when the next slot lies too far ahead.
local now, guard_ms, ahead_ms = now_ms(), tonumber(ARGV[1]), tonumber(ARGV[3])
local slot, longest = now + tonumber(ARGV[2]), 0
local last = redis.call('ZRANGE', K.slots, -1, -1, 'WITHSCORES')
if last[2] and tonumber(last[2]) > now + ahead_ms + guard_ms then
  -- No slot lies that far ahead unless the server's clock went back: what left lately is unknown, so wait a period.
  redis.call('DEL', K.slots)
  local shortest = tonumber(ARGV[5])
  for i = 5, #ARGV, 2 do shortest = math.min(shortest, tonumber(ARGV[i])) end
  last, slot = {}, now + shortest
end
-- Departures keep their order, else a window could be counted wrongly.
if last[2] then slot = math.max(slot, tonumber(last[2])) end
for i = 4, #ARGV, 2 do
  local calls, period_ms = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  longest = math.max(longest, period_ms)
  local nth = redis.call('ZRANGE', K.slots, -calls, -calls, 'WITHSCORES')
  if nth[2] then slot = math.max(slot, tonumber(nth[2]) + period_ms + guard_ms) end
end
local rest = redis.call('GET', K.block)
if rest then slot = math.max(slot, tonumber(string.match(rest, '^%d+'))) end
if slot - now > ahead_ms then return {0, slot - now - ahead_ms, now} end
redis.call('ZADD', K.slots, slot, string.format('%d:%d', slot, redis.call('INCR', K.fence)))
redis.call('ZREMRANGEBYSCORE', K.slots, '-inf', now - 2 * longest)
redis.call('PEXPIREAT', K.slots, slot + 2 * longest)
return {1, slot, now}
