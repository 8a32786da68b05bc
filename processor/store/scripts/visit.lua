-- May a sender's API be asked: ARGV account, gap_ms, wait_ms_max, trial_ms.
-- Returns {1, wait_ms, failures in a row} when it may after wait_ms (that slot is taken), {0, wait_ms, failures} when later.
local key, now = K.sender .. ARGV[1], now_ms()
local held = redis.call('HMGET', key, 'next', 'failures')
local failures = tonumber(held[2] or '0')
-- Nobody rests longer than this unless the server's clock went back.
local FAR_MS = 660000
local at = math.max(now, tonumber(held[1] or '0'))
if at > now + FAR_MS then at = now end
if at - now > tonumber(ARGV[3]) then return {0, at - now, failures} end
-- After a failure one visit at a time tries whether it is there again.
local gap_ms = tonumber(ARGV[2])
if failures > 0 then gap_ms = math.max(gap_ms, tonumber(ARGV[4])) end
redis.call('HSET', key, 'next', string.format('%d', at + gap_ms))
redis.call('PEXPIRE', key, 3600000)
return {1, at - now, failures}
