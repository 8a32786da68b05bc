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

-- A wish in the store is its stamp (27 characters), a space, and JSON of value, event and rule.
local STAMP = 27
local function stamp_of(held) return string.sub(held, 1, STAMP) end
local function body_of(held) return cjson.decode(string.sub(held, STAMP + 2)) end
local function newer(element, stamp, than)
  if element == 'utm:first' then return stamp < than end
  return stamp > than
end

-- A contact with wishes stands in exactly one of ready, lease and due.
local function line_up(contact, score)
  if redis.call('ZSCORE', K.lease, contact) or redis.call('ZSCORE', K.due, contact) then return 0 end
  return redis.call('ZADD', K.ready, 'NX', score, contact)
end

local function ring(bell)
  return redis.call('SET', bell, '1', 'NX', 'PX', 1000) and 1 or 0
end
