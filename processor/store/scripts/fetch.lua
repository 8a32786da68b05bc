-- Claim the thin delivery that is due longest: ARGV lease_ms. Returns {} or {id, its fence, failures so far, since when (ms)
-- there is trouble or '', raw delivery, what was told before: want, document...}.
redis.call('DEL', K.bell_fetch)
local now = now_ms()
for _, id in ipairs(redis.call('ZRANGEBYSCORE', K.thin_due, '-inf', now, 'LIMIT', 0, 50)) do
  redis.call('ZREM', K.thin_due, id)
  local raw = redis.call('GET', K.delivery .. id)
  if raw and redis.call('HGET', K.event .. id, 'state') == 'queued' then
    redis.call('ZADD', K.thin_lease, now + tonumber(ARGV[1]), id)
    local fence = redis.call('HINCRBY', K.event .. id, 'fetches', 1)
    local held = redis.call('HMGET', K.event .. id, 'fetch_tries', 'trouble')
    return {id, fence, held[1] or '0', held[2] or '', raw, redis.call('HGETALL', K.fetched .. id)}
  end
end
return {}
