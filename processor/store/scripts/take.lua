-- Take the first deliveries in line: ARGV how many, lease_ms. Returns for each: id, number, tries, raw delivery, when (ms)
-- it arrived by the store's clock ('' when it was taken in before that was kept).
-- The bell is answered: whoever comes from now on rings again.
redis.call('DEL', K.bell_apply)
local taken = {}
local until_ms = now_ms() + tonumber(ARGV[2])
local first = redis.call('ZRANGE', K.deliveries_ready, 0, tonumber(ARGV[1]) - 1, 'WITHSCORES')
for i = 1, #first, 2 do
  local id = first[i]
  -- Whoever took it before may have died of it: it is taken alone, lest its neighbours be blamed.
  local tried = redis.call('HGET', K.event .. id, 'tries')
  if tried and #taken > 0 then break end
  redis.call('ZREM', K.deliveries_ready, id)
  local raw = redis.call('GET', K.delivery .. id)
  if raw then
    redis.call('ZADD', K.deliveries_lease, until_ms, id)
    taken[#taken + 1] = {id, first[i + 1], redis.call('HINCRBY', K.event .. id, 'tries', 1), raw, redis.call('HGET', K.event .. id, 'at') or ''}
  end
  if tried then break end
end
return taken
