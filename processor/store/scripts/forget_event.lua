-- Forget an event: ARGV id; of one that is somebody else's too also length of its story, what is left of it (JSON:
-- {fields = {name: text}, story = [entries], terms, salt}) and keep_ms.
-- Returns {deliveries, entries of stories, documents fetched, terms} that went, {} when the event is not there, or
-- {'changed'} when its story has grown meanwhile: then nothing went.
local id, event = ARGV[1], K.event .. ARGV[1]
if redis.call('EXISTS', event) == 0 then return {} end
local length = redis.call('LLEN', K.story .. id)
if ARGV[2] and length ~= tonumber(ARGV[2]) then return {'changed'} end
local documents = redis.call('HLEN', K.fetched .. id)
local went = {0, length, documents, unshelve(id)}
-- Whoever holds it finds nothing to work on, and nothing to write to.
for _, line in ipairs({K.deliveries_ready, K.deliveries_lease, K.thin_due, K.thin_lease}) do redis.call('ZREM', line, id) end
if not ARGV[2] then forget_past(id) end
for _, field in ipairs(redis.call('HKEYS', event)) do
  local index = string.match(field, '^later:(%d+):')
  if index then
    local member = id .. ':' .. index .. ':' .. redis.call('HGET', event, field)
    redis.call('ZREM', K.later_due, member)
    redis.call('ZREM', K.later_lease, member)
    redis.call('HDEL', event, field)
    -- Without its delivery a delayed rule cannot act any more.
    if ARGV[2] then settle_one(id, tonumber(ARGV[4]), false) end
  end
end
went[1] = redis.call('UNLINK', K.delivery .. id)
redis.call('UNLINK', K.fetched .. id)
if not ARGV[2] then
  redis.call('UNLINK', event, K.story .. id)
  redis.call('ZREM', K.journal, id)
  return went
end
local left = cjson.decode(ARGV[3])
for name, text in pairs(left.fields) do redis.call('HSET', event, name, text) end
redis.call('DEL', K.story .. id)
for _, entry in ipairs(left.story) do redis.call('RPUSH', K.story .. id, entry) end
local ages_ms = redis.call('PTTL', event)
if ages_ms > 0 then redis.call('PEXPIRE', K.story .. id, ages_ms) end
redis.call('HDEL', event, 'shelves')
shelve(id, left.terms, left.salt, ARGV[4])
went[2] = length - #left.story
return went
