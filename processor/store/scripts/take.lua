-- Take the first deliveries in line: ARGV how many, lease_ms. Returns for each: id, number, tries, raw delivery, when (ms)
-- it arrived by the store's clock ('' when it was taken in before that was kept), what came of asking its sender ('' when
-- nobody has), what that told (want, document...), and when it was last replayed ('' when never).
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
    local held = redis.call('HMGET', K.event .. id, 'at', 'fetch', 'replayed_ms')
    local told = held[2] and redis.call('HGETALL', K.fetched .. id) or {}
    local tries = redis.call('HINCRBY', K.event .. id, 'tries', 1)
    taken[#taken + 1] = {id, first[i + 1], tries, raw, held[1] or '', held[2] or '', told, held[3] or ''}
  end
  if tried then break end
end
return taken
