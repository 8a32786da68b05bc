-- Let the whole account rest: ARGV duration_ms, reason. A longer rest is never shortened. Returns until when (ms).
local now = now_ms()
local until_ms = now + tonumber(ARGV[1])
local rest = redis.call('GET', K.block)
local held_ms = rest and tonumber(string.match(rest, '^%d+')) or 0
-- The longer rest stays, with its own reason.
if held_ms >= until_ms then return held_ms end
redis.call('SET', K.block, string.format('%d %s', until_ms, ARGV[2]), 'PX', math.max(1, until_ms - now))
return until_ms
