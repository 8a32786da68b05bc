-- Lease whoever is first in line: ARGV lease_ms. Returns {} when nobody is, else {contact, fence, more, fields, score,
-- now_ms}: by this clock, and no worker's own, it is told how old a confirmation is.
-- The bell is answered: whoever lines up from now on rings again.
local LOWER_EACH, LANES_BELOW = 20, 4
redis.call('DEL', K.bell_reconcile)
local first = redis.call('ZRANGE', K.ready, 0, 0, 'WITHSCORES')
if not first[1] then return {} end
local fence = redis.call('INCR', K.fence)
if fence % LOWER_EACH == 0 then
  -- The lower lanes must not starve: now and then one of them, in turn, goes before its betters.
  for i = 0, LANES_BELOW - 1 do
    local lane = 1 + (fence / LOWER_EACH + i) % LANES_BELOW
    if lane * BAND > tonumber(first[2]) then
      local lower = redis.call('ZRANGEBYSCORE', K.ready, lane * BAND, '(' .. (lane + 1) * BAND, 'WITHSCORES', 'LIMIT', 0, 1)
      if lower[1] then
        first = lower
        break
      end
    end
  end
end
local contact, now = first[1], now_ms()
redis.call('ZREM', K.ready, contact)
redis.call('ZADD', K.lease, now + tonumber(ARGV[1]), contact)
redis.call('HSET', K.holder, contact, fence)
redis.call('HINCRBY', home_of(contact), 'claims', 1)
return {contact, fence, redis.call('ZCARD', K.ready), redis.call('HGETALL', home_of(contact)), first[2], now}
