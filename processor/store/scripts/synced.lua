-- Write down how far a sync has come: ARGV bot, fence, next ('release' | 'retry'), delay_ms, then fields and their values.
-- Returns 0 when the lease was lost (nothing is written), 1 done, 2 done and a doorbell must ring.
local key, member = K.sync .. ARGV[1], 'sync:' .. ARGV[1]
if redis.call('HGET', K.holder, member) ~= ARGV[2] then return 0 end
for i = 5, #ARGV, 2 do redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
redis.call('HDEL', key, 'claims')
redis.call('ZREM', K.lease, member)
redis.call('HDEL', K.holder, member)

local place = place_in_line(member)
if ARGV[3] == 'retry' then
  redis.call('HINCRBY', key, 'failures', 1)
  if place then redis.call('ZADD', K.due, now_ms() + tonumber(ARGV[4]), member) end
  return 1
end
if #ARGV > 4 then redis.call('HDEL', key, 'failures') end
if place then
  line_up(member, place)
  return 1 + ring(K.bell_reconcile)
end
if #ARGV == 4 then return 1 end
redis.call('HSET', key, 'ended', now_ms())
if redis.call('HGET', key, 'state') == 'finished' then
  redis.call('HSET', key, 'complete', now_ms())
  redis.call('HDEL', key, 'ids', 'place')
end
return 1
