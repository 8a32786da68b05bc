-- Begin or see a session: ARGV what (open, seen), digest, idle_ms, then for open: user, csrf, address, agent, total_ms.
-- Times are the store's. Returns, for seen, its fields as a flat list; an empty one when it ended.
local what, digest, idle_ms = ARGV[1], ARGV[2], ARGV[3]
local key, now = K.session .. digest, now_ms()
if what == 'open' then
  local user, total_ms = ARGV[4], tonumber(ARGV[8])
  redis.call('HSET', key, 'user', user, 'csrf', ARGV[5], 'client', ARGV[6], 'agent', ARGV[7], 'began', now, 'seen', now,
    'ends', now + total_ms)
  redis.call('PEXPIRE', key, idle_ms)
  redis.call('ZADD', K.sessions .. user, now, digest)
  redis.call('ZREMRANGEBYSCORE', K.sessions .. user, '-inf', now - total_ms)
  redis.call('PEXPIRE', K.sessions .. user, total_ms)
  return {}
end
local held = redis.call('HMGET', key, 'seen', 'ends')
if not held[2] then return {} end
if tonumber(held[2]) <= now then
  redis.call('DEL', key)
  return {}
end
-- The last sight is written this seldom: every page would be a write to disk.
local SEEN_EVERY_MS = 60000
if now - tonumber(held[1]) > SEEN_EVERY_MS then
  redis.call('HSET', key, 'seen', now)
  redis.call('PEXPIRE', key, idle_ms)
end
return redis.call('HGETALL', key)
