-- Merge what one delivery wishes into its contacts: ARGV id, plan (JSON), story entry, keep_ms.
-- plan: {state, asked = {rule: calls that are usual}, fields = {name: text}, rules = {version, text}, contacts = [{key, score, settle_ms,
-- wishes = [[element, stamp, place and body]]}]}.
-- Returns {'again'} when the delivery was applied before, else {state, doorbell, outdated elements...}.
local SETTLE_TOTAL_MS = 60000
local id, plan, keep_ms = ARGV[1], cjson.decode(ARGV[2]), tonumber(ARGV[4])
redis.call('ZREM', K.deliveries_lease, id)
redis.call('ZREM', K.deliveries_ready, id)
if redis.call('HGET', K.event .. id, 'state') ~= 'queued' then return {'again'} end
if plan.rules and redis.call('PEXPIRE', K.rules .. plan.rules[1], keep_ms * 2) == 0 then
  redis.call('SET', K.rules .. plan.rules[1], plan.rules[2], 'PX', keep_ms * 2)
end
for rule, calls in pairs(plan.asked) do count('asked:' .. rule, calls) end
redis.call('RPUSH', K.story .. id, ARGV[3])
for name, text in pairs(plan.fields) do redis.call('HSET', K.event .. id, name, text) end

-- Whether the contact waits for further wishes: only one that waits for nothing else, and never for long.
local function settles(contact)
  local key, now, ms = K.contact .. contact.key, now_ms(), contact.settle_ms or 0
  local since = redis.call('HGET', key, 'settling')
  since = since and tonumber(since)
  if since and ms == 0 then
    redis.call('HDEL', key, 'settling')
    redis.call('ZREM', K.due, contact.key)
    return false
  end
  if ms == 0 then return false end
  if not since then
    for _, line in ipairs({K.ready, K.lease, K.due}) do
      if redis.call('ZSCORE', line, contact.key) then return false end
    end
    since = now
    redis.call('HSET', key, 'settling', since)
  end
  redis.call('ZADD', K.due, math.min(since + SETTLE_TOTAL_MS, now + ms), contact.key)
  return true
end

-- Whether a wish for what a parked contact failed by differs from the one before: then that may have mended it.
local function mends(parked, element, old, held)
  if not parked or not parked.elements[element] then return false end
  local new = body_of(held)
  return type(new.value) == 'table' or new.value ~= old.value
end

local function parking(contact)
  local held = redis.call('HGET', K.contact .. contact, 'parked')
  return held and cjson.decode(held)
end

local open, bell, outdated = 0, 0, {}
-- Stands above zero until every wish is in: a delivery may supersede its own wish, and must not finish by it.
redis.call('HSET', K.event .. id, 'state', plan.state, 'open', 1)
for _, contact in ipairs(plan.contacts) do
  local key = K.contact .. contact.key
  local folded, mended, parked = {}, false, parking(contact.key)
  for _, wish in ipairs(contact.wishes) do
    local element, stamp = wish[1], wish[2]
    local held = redis.call('HGET', key, 'w:' .. element)
    local delivered = redis.call('HGET', key, delivered_as(element))
    local body = wish[3]
    if (delivered and not newer(element, stamp, delivered)) or (held and not newer(element, stamp, stamp_of(held))) then
      outdated[#outdated + 1] = element
    else
      if held then
        local old = body_of(held)
        tell(old.event, cjson.encode({what = 'superseded', at = now_ms(), element = element, by = id}))
        settle_one(old.event, keep_ms, false)
        mended = mended or mends(parked, element, old, stamp .. ' ' .. body)
        -- A change that is wished again and again must not lose its place each time.
        local place = string.sub(held, STAMP + 2, STAMP + 1 + PLACE)
        if place < string.sub(body, 1, PLACE) then body = place .. string.sub(body, PLACE + 1) end
      end
      redis.call('HSET', key, 'w:' .. element, stamp .. ' ' .. body)
      outlived(contact.key, element, stamp)
      redis.call('HINCRBY', K.event .. id, 'open', 1)
      open = open + 1
      folded[#folded + 1] = element
    end
  end
  if #folded > 0 then
    redis.call('PERSIST', key)
    if parked and mended then
      tell_wanted(contact.key, {what = 'resumed', at = now_ms(), by = id})
      unpark(contact.key)
    elseif parked then
      tell(id, cjson.encode({what = 'parked', at = now_ms(), reason = parked.reason, elements = folded}))
    end
    if not is_parked(contact.key) and not settles(contact) and line_up(contact.key, contact.score) == 1 then
      bell = ring(K.bell_reconcile)
    end
  end
end
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
