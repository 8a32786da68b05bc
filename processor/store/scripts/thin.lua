-- A delivery that was taken waits until its sender has told the rest: ARGV id, after_ms, story entry. 0: it does not wait.
local id = ARGV[1]
local held = redis.call('HMGET', K.event .. id, 'state', 'fetch', 'at')
if held[1] ~= 'queued' or held[2] == 'told' or held[2] == 'given_up' then return 0 end
-- Whoever comes late, after its lease ended, finds that another has done this.
if redis.call('ZSCORE', K.thin_due, id) or redis.call('ZSCORE', K.thin_lease, id) then return 0 end
redis.call('ZREM', K.deliveries_lease, id)
redis.call('ZREM', K.deliveries_ready, id)
-- It was taken and killed nobody.
redis.call('HDEL', K.event .. id, 'tries')
redis.call('HSET', K.event .. id, 'fetch', 'wanted')
local now = now_ms()
local due = math.max(now, (tonumber(held[3]) or now) + tonumber(ARGV[2]))
redis.call('ZADD', K.thin_due, due, id)
tell(id, ARGV[3])
if due <= now then ring(K.bell_fetch) end
return 1
