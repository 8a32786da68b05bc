-- Forget a contact: ARGV contact, by, keep_ms. Whoever works for it finds the lease gone, and writes nothing.
-- Returns {wishes, refused wishes, 1 when something was known, 1 when somebody worked for it}.
local contact, keep_ms = ARGV[1], tonumber(ARGV[3])
local key, went = K.contact .. contact, {0, 0, 0, 0}
for _, wish in ipairs(wanted_of(contact)) do
  local event = body_of(wish[2]).event
  tell(event, cjson.encode({what = 'dropped', at = now_ms(), by = ARGV[2], elements = {wish[1]}}))
  redis.call('HDEL', key, 'w:' .. wish[1])
  settle_one(event, keep_ms, false)
  went[1] = went[1] + 1
end
for _, field in ipairs(redis.call('HKEYS', key)) do
  if string.sub(field, 1, 2) == 'x:' then
    redis.call('ZREM', K.dead, contact .. ' ' .. string.sub(field, 3))
    went[2] = went[2] + 1
  end
end
redis.call('ZREM', K.dead, contact .. ' ')
went[3] = redis.call('HEXISTS', key, 'known')
for _, line in ipairs({K.ready, K.lease, K.due}) do redis.call('ZREM', line, contact) end
went[4] = redis.call('HDEL', K.holder, contact)
redis.call('UNLINK', key, K.past .. contact)
return went
