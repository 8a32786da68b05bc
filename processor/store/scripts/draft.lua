-- Keep or drop a user's draft of the rules: ARGV what (save, drop), user, over (the revision that is replaced; '': any),
-- then for save: text (deflated), base, author, keep_ms. Returns {'ok', revision}, or {'changed', revision} when another
-- one stands there ('0': none) and nothing was done.
local what, key, over = ARGV[1], K.draft .. ARGV[2], ARGV[3]
local held = redis.call('HGET', key, 'revision') or '0'
if over ~= '' and over ~= held then return {'changed', held} end
if what == 'drop' then
  redis.call('DEL', key)
  return {'ok', '0'}
end
-- Never one that was before, not even of a draft that was dropped: a page left open may still name it.
local now = redis.call('TIME')
local revision = string.format('%.0f', math.max(now[1] * 1000000 + now[2], tonumber(held) + 1))
redis.call('HSET', key, 'text', ARGV[4], 'base', ARGV[5], 'author', ARGV[6], 'at', string.format('%.0f', now_ms()), 'revision', revision)
redis.call('PEXPIRE', key, ARGV[7])
return {'ok', revision}
