-- Want again what was set aside: ARGV contact, request (JSON).
-- request: {elements = refused ones, parked = whether to let the contact go on, lane, by, keep_ms,
--           edit = {element, into, value} (`into` is another name for a tag)}.
-- Returns {wishes wanted again, wishes that something newer has taken the place of}.
-- No bell: whoever asks may be no worker, and the sweeper rings for everybody in line.
local contact, ask = ARGV[1], cjson.decode(ARGV[2])
local key, now = K.contact .. contact, now_ms()
local place = string.format('%d%013d', ask.lane, now)
local again, outdated = 0, 0

-- An event that had finished with this refusal is not finished any more.
local function reopen(id)
  local event = K.event .. id
  if redis.call('EXISTS', event) == 0 then return end
  redis.call('HINCRBY', event, 'refused', -1)
  redis.call('HINCRBY', event, 'open', 1)
  if redis.call('HGET', event, 'state') == 'refused' then
    redis.call('HSET', event, 'state', 'planned')
    redis.call('HDEL', event, 'finished_ms')
    for _, kept in ipairs({event, K.delivery .. id, K.story .. id, K.fetched .. id}) do redis.call('PERSIST', kept) end
  end
end

-- The element's name and body after a person's edit; its stamp stays, for the event is as old as it was.
local function edited(element, body)
  local edit = ask.edit
  if not edit or edit.element ~= element then return element end
  local old = body.value
  if edit.into ~= element then old = element else body.value = edit.value end
  local new = edit.into ~= element and edit.into or edit.value
  tell(body.event, cjson.encode({what = 'edited', at = now, by = ask.by, elements = {element}, old = old, new = new}))
  ask.edit = nil
  return edit.into
end

-- Whether something newer is there already; an older wish gives way and its event is told.
local function outdone(element, stamp, event)
  local delivered = redis.call('HGET', key, delivered_as(element))
  local held = redis.call('HGET', key, 'w:' .. element)
  if (delivered and not newer(element, stamp, delivered)) or (held and not newer(element, stamp, stamp_of(held))) then return true end
  if held then
    local old = body_of(held).event
    tell(old, cjson.encode({what = 'superseded', at = now, element = element, by = event}))
    settle_one(old, ask.keep_ms, false)
  end
  return false
end

local function want(element, stamp, body)
  outlived(contact, element, stamp)
  redis.call('HSET', key, 'w:' .. element, string.format('%s %s %s', stamp, place, cjson.encode(body)))
  again = again + 1
end

local function revive(element)
  local held = redis.call('HGET', key, 'x:' .. element)
  if not held then return end
  redis.call('HDEL', key, 'x:' .. element)
  redis.call('ZREM', K.dead, contact .. ' ' .. element)
  local body, stamp = body_of(held), stamp_of(held)
  body.reason, body.said = nil, nil
  local into = edited(element, body)
  if outdone(into, stamp, body.event) then
    outdated = outdated + 1
    tell(body.event, cjson.encode({what = 'outdated', at = now, elements = {into}}))
    return
  end
  reopen(body.event)
  want(into, stamp, body)
  tell(body.event, cjson.encode({what = 'retried', at = now, by = ask.by, elements = {into}}))
end

-- What a parked contact failed by, as a person wants it now.
local function edit_waiting()
  local edit = ask.edit
  local held = edit and redis.call('HGET', key, 'w:' .. edit.element)
  if not held then return end
  local body, stamp = body_of(held), stamp_of(held)
  local into = edited(edit.element, body)
  redis.call('HDEL', key, 'w:' .. edit.element)
  if outdone(into, stamp, body.event) then
    outdated = outdated + 1
    tell(body.event, cjson.encode({what = 'outdated', at = now, elements = {into}}))
    settle_one(body.event, ask.keep_ms, false)
  else
    want(into, stamp, body)
    again = again - 1
  end
end

-- Everything that is wanted of a parked contact goes on, no sooner than its new lane lets it.
local function go_on()
  edit_waiting()
  for _, wish in ipairs(wanted_of(contact)) do
    local own = string.sub(wish[2], STAMP + 2, STAMP + 1 + PLACE)
    if own < place then
      local from = string.find(wish[2], '{', STAMP + 2, true)
      redis.call('HSET', key, 'w:' .. wish[1], string.format('%s %s %s', stamp_of(wish[2]), place, string.sub(wish[2], from)))
    end
    again = again + 1
  end
  tell_wanted(contact, {what = 'retried', at = now, by = ask.by})
  unpark(contact)
end

for _, element in ipairs(ask.elements) do revive(element) end
if ask.parked and is_parked(contact) then go_on() end
local first = place_in_line(contact)
if first then
  redis.call('PERSIST', key)
  line_up(contact, first)
end
return {again, outdated}
