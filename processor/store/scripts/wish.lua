-- Merge what one delivery wishes into its contacts: ARGV id, plan (JSON), story entry, keep_ms.
-- plan: {state, asked = {rule: calls that are usual}, matched = {rule: events}, fields = {name: text}, rules = {version, text}, contacts = [{key, score, settle_ms,
-- wishes = [[element, stamp, place and body]]}],
-- read = [[contact, digest of the history that was asked]], past = {keep_ms, most, entries = [[contact, at_ms, member]]},
-- later = [[number of the event, due_ms, rule]], timer = {member, fence, index, rules} when delayed rules act}.
-- Returns {'again'} when the delivery was applied before (or the delayed rules have acted), {'changed'} when a history is not
-- as it was read any more (nothing is written), else {state, doorbell, outdated elements...}.
local SETTLE_TOTAL_MS = 60000
local id, plan, keep_ms = ARGV[1], cjson.decode(ARGV[2]), tonumber(ARGV[4])
local event, timer = K.event .. id, plan.timer

local function has_changed()
  for _, one in ipairs(plan.read) do
    local held = table.concat(redis.call('ZRANGE', K.past .. one[1], 0, -1), '\n')
    if redis.sha1hex(held) ~= one[2] then return true end
  end
  return false
end

if timer then
  local held = redis.call('ZSCORE', K.later_lease, timer.member)
  if not held or tonumber(held) ~= tonumber(timer.fence) then return {'again'} end
  if has_changed() then return {'changed'} end
  redis.call('ZREM', K.later_lease, timer.member)
else
  local queued = redis.call('HGET', event, 'state') == 'queued'
  if queued and has_changed() then return {'changed'} end
  redis.call('ZREM', K.deliveries_lease, id)
  redis.call('ZREM', K.deliveries_ready, id)
  if not queued then return {'again'} end
end

-- How an event was remembered before, should it be applied anew: it stands in a history once.
local function forget_past()
  local number = tonumber(redis.call('HGET', event, 'number'))
  for contact in string.gmatch(redis.call('HGET', event, 'past') or '', '%S+') do
    for _, member in ipairs(redis.call('ZRANGE', K.past .. contact, 0, -1)) do
      if math.floor(tonumber(string.sub(member, 16, STAMP)) / 100) == number then redis.call('ZREM', K.past .. contact, member) end
    end
  end
end

local function remember(past)
  for _, one in ipairs(past.entries) do
    local key = K.past .. one[1]
    redis.call('ZADD', key, one[2], one[3])
    redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('(%.0f', now_ms() - past.keep_ms))
    redis.call('ZREMRANGEBYRANK', key, 0, -past.most - 1)
    redis.call('PEXPIRE', key, past.keep_ms)
  end
end

local again = not timer and redis.call('HEXISTS', event, 'version') == 1
local waits = 0
-- Delayed rules wait for their moment, each once; one that waits already keeps its own.
local function wait_for(later)
  for _, one in ipairs(later) do
    local index, due_ms = string.format('%d', one[1]), string.format('%d', one[2])
    if redis.call('HSETNX', event, 'later:' .. index .. ':' .. one[3], due_ms) == 1 then
      redis.call('ZADD', K.later_due, due_ms, id .. ':' .. index .. ':' .. due_ms)
      if one[2] <= now_ms() then ring(K.bell_later) end
    end
  end
  for _, field in ipairs(redis.call('HKEYS', event)) do
    if string.sub(field, 1, 6) == 'later:' then waits = waits + 1 end
  end
  redis.call('HINCRBY', event, 'open', waits)
end

-- The contacts of delayed rules are the event's as well.
local function name_contacts()
  local known = redis.call('HGET', event, 'contacts') or ''
  for _, contact in ipairs(plan.contacts) do
    if not string.find(', ' .. known .. ',', ', ' .. contact.key .. ',', 1, true) then
      known = known == '' and contact.key or known .. ', ' .. contact.key
    end
  end
  redis.call('HSET', event, 'contacts', known)
end

if plan.rules and redis.call('PEXPIRE', K.rules .. plan.rules[1], keep_ms * 2) == 0 then
  redis.call('SET', K.rules .. plan.rules[1], plan.rules[2], 'PX', keep_ms * 2)
end
for rule, calls in pairs(plan.asked) do count('asked:' .. rule, calls) end
redis.call('RPUSH', K.story .. id, ARGV[3])
if timer then
  name_contacts()
else
  if again then forget_past() end
  remember(plan.past)
  for name, text in pairs(plan.fields) do redis.call('HSET', event, name, text) end
  for rule, events in pairs(plan.matched) do count('matched:' .. rule, events) end
end

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
if not timer then
  redis.call('HSET', event, 'state', plan.state, 'open', 1)
  if again or #plan.later > 0 then wait_for(plan.later) end
end
for _, contact in ipairs(plan.contacts) do
  local key = K.contact .. contact.key
  local folded, mended, parked = {}, false, parking(contact.key)
  for _, wish in ipairs(contact.wishes) do
    local element, stamp = wish[1], wish[2]
    local held = redis.call('HGET', key, 'w:' .. element)
    local delivered = redis.call('HGET', key, delivered_as(element))
    local body = wish[3]
    if (delivered and not newer(element, stamp, delivered)) or (held and not newer(element, stamp, stamp_of(held))) then
      -- What the event told of itself, and had wished when it was applied, is no news.
      local own = timer and (delivered == stamp or (held and stamp_of(held) == stamp))
      if not own then outdated[#outdated + 1] = element end
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
      redis.call('HINCRBY', event, 'open', 1)
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
local state = plan.state
if timer then
  redis.call('HDEL', event, 'later_deaths')
  for _, rule in ipairs(timer.rules) do
    if redis.call('HDEL', event, 'later:' .. timer.index .. ':' .. rule) == 1 then settle_one(id, keep_ms, false) end
  end
else
  redis.call('HINCRBY', event, 'open', -1)
  if open + waits == 0 then
    if state == 'planned' then state = 'done' end
    finish(id, state, keep_ms)
  end
end
local answer = {state, bell}
for _, element in ipairs(outdated) do answer[#answer + 1] = element end
return answer
