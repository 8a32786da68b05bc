-- What came of asking a sender: ARGV id, fence, then (told | given_up | again | rests | waits), delay_ms, story entry or '',
-- want, document... `told` and `given_up` put it back into its old place; the others ask again later: `again` after a
-- failure, `rests` because the sender rests after one, `waits` because others are before it.
-- Returns 1 when the bell of the deliveries rings, 0 when not, -1 when somebody else has it.
local id, outcome = ARGV[1], ARGV[3]
local event = K.event .. id
if redis.call('HGET', event, 'fetches') ~= ARGV[2] then return -1 end
redis.call('ZREM', K.thin_lease, id)
redis.call('ZREM', K.thin_due, id)
if redis.call('HGET', event, 'state') ~= 'queued' then return 0 end
for i = 6, #ARGV, 2 do redis.call('HSET', K.fetched .. id, ARGV[i], ARGV[i + 1]) end
if ARGV[5] ~= '' then tell(id, ARGV[5]) end
if outcome == 'told' or outcome == 'given_up' then
  redis.call('HSET', event, 'fetch', outcome)
  -- Whoever comes late finds another fence.
  redis.call('HINCRBY', event, 'fetches', 1)
  redis.call('ZADD', K.deliveries_ready, redis.call('HGET', event, 'number'), id)
  return ring(K.bell_apply)
end
local now = now_ms()
if outcome == 'again' then redis.call('HINCRBY', event, 'fetch_tries', 1) end
if outcome ~= 'waits' then redis.call('HSETNX', event, 'trouble', now) end
redis.call('ZADD', K.thin_due, now + tonumber(ARGV[4]), id)
return 0
