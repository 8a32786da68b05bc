-- Count one attempt to log in: ARGV window_ms, then for each that is counted its digest and the most that is allowed.
-- Returns how long (ms) to wait because one of them had too many; 0: go on.
local wait_ms = 0
for i = 2, #ARGV, 2 do
  local key = K.attempts .. ARGV[i]
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('PEXPIRE', key, ARGV[1]) end
  if count > tonumber(ARGV[i + 1]) then wait_ms = math.max(wait_ms, redis.call('PTTL', key)) end
end
return wait_ms
