-- Merge what one delivery wishes into its contacts: ARGV id, plan (JSON), story entry, keep_ms.
-- plan: {state, fields = {name: text}, rules = {version, text}, contacts = [{key, score, wishes = [[element, stamp, body]]}]}.
-- Returns {'again'} when the delivery was applied before, else {state, doorbell, outdated elements...}.
local id, plan, keep_ms = ARGV[1], cjson.decode(ARGV[2]), tonumber(ARGV[4])
redis.call('ZREM', K.deliveries_lease, id)
redis.call('ZREM', K.deliveries_ready, id)
if redis.call('HGET', K.event .. id, 'state') ~= 'queued' then return {'again'} end
if plan.rules and redis.call('PEXPIRE', K.rules .. plan.rules[1], keep_ms * 2) == 0 then
  redis.call('SET', K.rules .. plan.rules[1], plan.rules[2], 'PX', keep_ms * 2)
end
for name, text in pairs(plan.fields) do redis.call('HSET', K.event .. id, name, text) end

local open, bell, outdated = 0, 0, {}
-- Stands above zero until every wish is in: a delivery may supersede its own wish, and must not finish by it.
redis.call('HSET', K.event .. id, 'state', plan.state, 'open', 1)
for _, contact in ipairs(plan.contacts) do
  local key = K.contact .. contact.key
  local wished = false
  for _, wish in ipairs(contact.wishes) do
    local element, stamp = wish[1], wish[2]
    local held = redis.call('HGET', key, 'w:' .. element)
    local delivered = redis.call('HGET', key, 'd:' .. element)
    if (delivered and not newer(element, stamp, delivered)) or (held and not newer(element, stamp, stamp_of(held))) then
      outdated[#outdated + 1] = element
    else
      if held then
        local old = body_of(held)
        tell(old.event, cjson.encode({what = 'superseded', at = now_ms(), element = element, by = id}))
        settle_one(old.event, keep_ms, false)
      end
      redis.call('HSET', key, 'w:' .. element, stamp .. ' ' .. wish[3])
      redis.call('HDEL', key, 'x:' .. element)
      redis.call('HINCRBY', K.event .. id, 'open', 1)
      open, wished = open + 1, true
    end
  end
  if wished then
    redis.call('PERSIST', key)
    if line_up(contact.key, contact.score) == 1 then bell = ring(K.bell_reconcile) end
  end
end
redis.call('RPUSH', K.story .. id, ARGV[3])
if #outdated > 0 then
  tell(id, cjson.encode({what = 'outdated', at = now_ms(), elements = outdated}))
end
redis.call('HINCRBY', K.event .. id, 'open', -1)
local state = plan.state
if open == 0 then
  if state == 'planned' then state = 'done' end
  finish(id, state, keep_ms)
end
local answer = {state, bell}
for _, element in ipairs(outdated) do answer[#answer + 1] = element end
return answer
