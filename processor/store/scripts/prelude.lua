-- Shared by every script; K is the table of keys.
local function now_ms()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- An event without open wishes is finished: from now on its keys may age.
local function finish(id, state, keep_ms)
  redis.call('HSET', K.event .. id, 'state', state, 'finished_ms', now_ms())
  redis.call('PEXPIRE', K.event .. id, keep_ms)
  redis.call('PEXPIRE', K.delivery .. id, keep_ms)
  redis.call('PEXPIRE', K.story .. id, keep_ms)
  redis.call('PEXPIRE', K.fetched .. id, keep_ms)
end

local function tell(id, entry)
  if redis.call('EXISTS', K.event .. id) == 1 then redis.call('RPUSH', K.story .. id, entry) end
end

-- One wish of an event is off the table.
local function settle_one(id, keep_ms, refused)
  if redis.call('EXISTS', K.event .. id) == 0 then return end
  if refused then redis.call('HINCRBY', K.event .. id, 'refused', 1) end
  local left = redis.call('HINCRBY', K.event .. id, 'open', -1)
  if left <= 0 and redis.call('HGET', K.event .. id, 'state') == 'planned' then
    local bad = tonumber(redis.call('HGET', K.event .. id, 'refused') or '0')
    finish(id, bad > 0 and 'refused' or 'done', keep_ms)
  end
end

-- How an event stands in the histories of its contacts is taken out, because it is applied anew or goes.
local function forget_past(id)
  local held = redis.call('HMGET', K.event .. id, 'number', 'past')
  for contact in string.gmatch(held[2] or '', '%S+') do
    for _, member in ipairs(redis.call('ZRANGE', K.past .. contact, 0, -1)) do
      if math.floor(tonumber(string.sub(member, 16, 27)) / 100) == tonumber(held[1]) then
        redis.call('ZREM', K.past .. contact, member)
      end
    end
  end
end

-- What is counted by day (UTC, as days since 1970), such as 'made:RULE'.
local COUNTS_KEEP_MS = 400 * 86400000
local function count(what, calls)
  if calls == 0 then return end
  local key = K.counts .. string.format('%d', math.floor(now_ms() / 86400000))
  redis.call('HINCRBY', key, what, calls)
  redis.call('PEXPIRE', key, COUNTS_KEEP_MS)
end

-- What went by: in, out and calls, by the minutes of an hour (key h and the hour since 1970, UTC) and the hours of a day (d).
local MINUTES_KEEP_MS, HOURS_KEEP_MS = 26 * 3600000, 45 * 86400000
local function mark(what, number)
  if number == 0 then return end
  local minute = math.floor(now_ms() / 60000)
  local hour = math.floor(minute / 60)
  local by_minute = K.series .. string.format('h%d', hour)
  local by_hour = K.series .. string.format('d%d', math.floor(hour / 24))
  redis.call('HINCRBY', by_minute, what .. ':' .. string.format('%d', minute % 60), number)
  redis.call('HINCRBY', by_hour, what .. ':' .. string.format('%d', hour % 24), number)
  redis.call('PEXPIRE', by_minute, MINUTES_KEEP_MS)
  redis.call('PEXPIRE', by_hour, HOURS_KEEP_MS)
end

-- A term by which an event is found (domain/terms.py) lies under a digest: without the store's own secret nobody can
-- work a key's name back to a phone. An event keeps the names, so that it takes itself out when it goes.
local SHELF, SHELF_MOST = 12, 100
local function shelf_of(pepper, term) return string.sub(redis.sha1hex(pepper .. term), 1, SHELF) end
local function shelve(id, terms, salt, keep_ms)
  local held = redis.call('HMGET', K.event .. id, 'number', 'shelves')
  if not held[1] then return end
  redis.call('SET', K.pepper, salt, 'NX')
  local pepper, shelves = redis.call('GET', K.pepper), held[2] or ''
  for _, term in ipairs(terms) do
    local name = shelf_of(pepper, term)
    redis.call('ZADD', K.terms .. name, held[1], held[1])
    redis.call('ZREMRANGEBYRANK', K.terms .. name, 0, -SHELF_MOST - 1)
    redis.call('PEXPIRE', K.terms .. name, keep_ms)
    if not string.find(shelves, name, 1, true) then shelves = shelves .. ' ' .. name end
  end
  redis.call('HSET', K.event .. id, 'shelves', shelves)
end
local function unshelve(id)
  local held, gone = redis.call('HMGET', K.event .. id, 'number', 'shelves'), 0
  for name in string.gmatch(held[2] or '', '%S+') do gone = gone + redis.call('ZREM', K.terms .. name, held[1]) end
  return gone
end

-- A wish in the store is its stamp (27 characters), a space, its place in line (lane 1 digit, since when 13 digits),
-- a space, and JSON of value, event and rule; a refused one has lane 0, when it was refused, and its reason in the JSON.
local STAMP, PLACE, BAND = 27, 14, 1e13
local function stamp_of(held) return string.sub(held, 1, STAMP) end
local function place_of(held)
  return tonumber(string.match(held, '^%d+ ?', STAMP + 2)) or 0
end
local function body_of(held)
  local from = string.find(held, '{', STAMP + 2, true)
  return cjson.decode(string.sub(held, from))
end
local function newer(element, stamp, than)
  if element == 'utm:first' then return stamp < than end
  return stamp > than
end

-- One status of a row is as old or new as the status itself.
local function delivered_as(element)
  if string.sub(element, 1, 7) == 'status:' then return 'd:status' end
  return 'd:' .. element
end

-- A job stands in line among the contacts under a name that no contact has: `sync:` and a bot's number.
local function synced_bot(member) return string.match(member, '^sync:(%d+)$') end
-- The hash of whoever stands in line.
local function home_of(member)
  local bot = synced_bot(member)
  return bot and K.sync .. bot or K.contact .. member
end

local function is_parked(contact) return redis.call('HEXISTS', K.contact .. contact, 'parked') == 1 end

-- A contact with wishes is parked or stands in exactly one of ready, lease and due; in ready it keeps the better place.
local function line_up(contact, score)
  if redis.call('ZSCORE', K.lease, contact) or redis.call('ZSCORE', K.due, contact) or is_parked(contact) then return 0 end
  return redis.call('ZADD', K.ready, 'LT', score, contact)
end

-- The best place among what a contact wants, nil when it wants nothing. After a failed call it goes behind the others.
local function place_in_line(contact)
  if synced_bot(contact) then
    local held = redis.call('HMGET', home_of(contact), 'state', 'place')
    return held[1] == 'running' and tonumber(held[2]) or nil
  end
  local flat, best, failed = redis.call('HGETALL', K.contact .. contact), nil, false
  for i = 1, #flat, 2 do
    if string.sub(flat[i], 1, 2) == 'w:' then
      local place = place_of(flat[i + 1])
      if not best or place < best then best = place end
    elseif flat[i] == 'failures' then
      failed = true
    end
  end
  if best and failed and best < BAND then best = best + BAND end
  return best
end

-- Nothing is wanted of a contact: from now on it may age, but not before its dead letters.
local function let_age(contact, contact_ms, keep_ms)
  local key, ms = K.contact .. contact, tonumber(contact_ms)
  if ms < tonumber(keep_ms) then
    for _, field in ipairs(redis.call('HKEYS', key)) do
      if string.sub(field, 1, 2) == 'x:' then ms = tonumber(keep_ms) end
    end
  end
  redis.call('PEXPIRE', key, ms)
end

-- What is wanted of a contact: {{element, as it is held}...}.
local function wanted_of(contact)
  local flat, found = redis.call('HGETALL', K.contact .. contact), {}
  for i = 1, #flat, 2 do
    if string.sub(flat[i], 1, 2) == 'w:' then found[#found + 1] = {string.sub(flat[i], 3), flat[i + 1]} end
  end
  return found
end

-- Tell every event that still wants something of a contact, once, which of its elements are concerned.
local function tell_wanted(contact, entry)
  local elements_of = {}
  for _, wish in ipairs(wanted_of(contact)) do
    local event = body_of(wish[2]).event
    elements_of[event] = elements_of[event] or {}
    table.insert(elements_of[event], wish[1])
  end
  for event, elements in pairs(elements_of) do
    entry.elements = elements
    tell(event, cjson.encode(entry))
  end
end

-- A dead letter is indexed by its contact, a space (no contact has one) and its element; without an element it is the
-- whole contact that is parked. A parked contact stands in no line: wishes fold into it, until one of them may have
-- mended it or a person acts. why: {reason, elements of the failing call as {name = true}, said}.
local function park(contact, why)
  local key = K.contact .. contact
  why.at = now_ms()
  redis.call('HSET', key, 'parked', cjson.encode(why))
  redis.call('HDEL', key, 'settling')
  redis.call('ZADD', K.dead, why.at, contact .. ' ')
  tell_wanted(contact, {what = 'parked', at = why.at, reason = why.reason})
end

local function unpark(contact)
  local key = K.contact .. contact
  redis.call('HDEL', key, 'parked', 'failures', 'misses', 'failing', 'failed', 'fruitless')
  -- One death stays: what the dead holders did is in doubt.
  if redis.call('HEXISTS', key, 'claims') == 1 then redis.call('HSET', key, 'claims', 1) end
  redis.call('ZREM', K.dead, contact .. ' ')
end

-- Whether a dead letter of this element is newer than `stamp`; one that is not has been outdone and goes.
local function outlived(contact, element, stamp)
  local key = K.contact .. contact
  local dead = redis.call('HGET', key, 'x:' .. element)
  if not dead then return false end
  if newer(element, stamp_of(dead), stamp) then return true end
  redis.call('HDEL', key, 'x:' .. element)
  redis.call('ZREM', K.dead, contact .. ' ' .. element)
  return false
end

-- Give a dead letter up for good; how many wishes went. Those of a parked contact count as refused: their events finish.
local function give_up(contact, element, entry, keep_ms)
  local key, gone = K.contact .. contact, 0
  redis.call('ZREM', K.dead, contact .. ' ' .. element)
  if element ~= '' then
    local held = redis.call('HGET', key, 'x:' .. element)
    if not held then return 0 end
    redis.call('HDEL', key, 'x:' .. element)
    entry.elements = {element}
    tell(body_of(held).event, cjson.encode(entry))
    return 1
  end
  if not is_parked(contact) then return 0 end
  tell_wanted(contact, entry)
  for _, wish in ipairs(wanted_of(contact)) do
    redis.call('HDEL', key, 'w:' .. wish[1])
    settle_one(body_of(wish[2]).event, keep_ms, true)
    gone = gone + 1
  end
  unpark(contact)
  return gone
end

-- Whoever listens comes at once; the caller rings by the queue as well, for nobody may be listening.
local function ring(bell)
  if not redis.call('SET', bell, '1', 'NX', 'PX', 1000) then return 0 end
  redis.call('PUBLISH', bell, '1')
  return 1
end

-- What 429s have taught: so much (ms) more than usual may the way to Watbot differ between two calls. Forgotten by halves.
local SLACK_MAX_MS, SLACK_HALF_LIFE_MS = 250, 1800000
local function slack_ms(now)
  local told = redis.call('HMGET', K.gate, 'slack', 'slack_at')
  if not told[1] then return 0 end
  return tonumber(told[1]) * 0.5 ^ (math.max(0, now - tonumber(told[2])) / SLACK_HALF_LIFE_MS)
end

-- The whole account rests ("until duration reason"); a longer rest stays, with its own reason.
local function rest_until(until_ms, reason)
  local now, rest = now_ms(), redis.call('GET', K.block)
  local held_ms = rest and tonumber(string.match(rest, '^%d+')) or 0
  if held_ms >= until_ms then return held_ms end
  local duration_ms = math.max(1, math.ceil(until_ms - now))
  redis.call('SET', K.block, string.format('%d %d %s', now + duration_ms, duration_ms, reason), 'PX', duration_ms)
  return now + duration_ms
end
