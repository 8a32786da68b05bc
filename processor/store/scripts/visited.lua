-- How a visit to a sender's API went: ARGV account, rest_ms (0: it answered), gap_ms. Its whole account rests that long.
local key, now, rest_ms = K.sender .. ARGV[1], now_ms(), tonumber(ARGV[2])
if rest_ms > 0 then
  redis.call('HINCRBY', key, 'failures', 1)
  local next_ms = tonumber(redis.call('HGET', key, 'next') or '0')
  redis.call('HSET', key, 'next', string.format('%d', math.max(next_ms, now + rest_ms)))
elseif redis.call('HDEL', key, 'failures') == 1 then
  -- The trial has succeeded: its long gap ends.
  redis.call('HSET', key, 'next', string.format('%d', now + tonumber(ARGV[3])))
end
redis.call('PEXPIRE', key, 3600000)
return 1
