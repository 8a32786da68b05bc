-- Give up what was set aside, for good: ARGV contact, request (JSON), keep_ms, contact_ms.
-- request: {elements = refused ones, or ones of a parked contact, parked = whether all of a parked contact goes, by}.
-- Returns how many wishes went.
local contact, ask, keep_ms = ARGV[1], cjson.decode(ARGV[2]), tonumber(ARGV[3])
local key, now, gone, loosened = K.contact .. contact, now_ms(), 0, false
local entry = {what = 'dropped', at = now, by = ask.by}

-- One wish of a parked contact goes; without what its call failed by the rest may go on.
local function loosen(element)
  local held, parked = redis.call('HGET', key, 'w:' .. element), redis.call('HGET', key, 'parked')
  if not held or not parked then return end
  redis.call('HDEL', key, 'w:' .. element)
  entry.elements = {element}
  tell(body_of(held).event, cjson.encode(entry))
  settle_one(body_of(held).event, keep_ms, true)
  loosened = loosened or cjson.decode(parked).elements[element]
  gone = gone + 1
end

for _, element in ipairs(ask.elements) do
  if redis.call('HEXISTS', key, 'x:' .. element) == 1 then gone = gone + give_up(contact, element, entry, keep_ms)
  else loosen(element) end
end
if ask.parked then gone = gone + give_up(contact, '', entry, keep_ms) end
local first = place_in_line(contact)
if not first then
  if is_parked(contact) then unpark(contact) end
  if gone > 0 then let_age(contact, ARGV[4], keep_ms) end
elseif loosened and is_parked(contact) then
  tell_wanted(contact, {what = 'resumed', at = now, by = ask.by})
  unpark(contact)
  line_up(contact, place_in_line(contact))
end
return gone
