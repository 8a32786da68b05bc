-- Write down what was done for a contact: ARGV contact, fence, record (JSON), keep_ms, contact_ms.
-- record: {settled = {element: stamp}, refused = {element: [stamp, body]}, known (text), stories = [[event, entry]],
--          made (rule whose call it was, or null), shared = [events that it carried in an upsert],
--          spared = [{event, rule, calls, shared}], called, next = 'release' | 'retry' | 'wait', delay_ms, score,
--          unknown (nothing was known of it when it was looked at)}.
-- Returns 0 when the lease was lost (nothing is written), 1 done, 2 done and a doorbell must ring.
local contact, keep_ms = ARGV[1], tonumber(ARGV[4])
if redis.call('HGET', K.holder, contact) ~= ARGV[2] then return 0 end
local record = cjson.decode(ARGV[3])
local key = K.contact .. contact

local function off_the_table(element, stamp, refused)
  local held = redis.call('HGET', key, 'w:' .. element)
  -- A wish renewed meanwhile stays: only the one that was looked at is gone.
  if not held or stamp_of(held) ~= stamp then return end
  redis.call('HDEL', key, 'w:' .. element)
  settle_one(body_of(held).event, keep_ms, refused)
end

if record.made then count('made:' .. record.made, 1) end
-- An event shares one upsert at most: it counts as made or as spared, once.
for _, event in ipairs(record.shared) do
  if redis.call('EXISTS', K.event .. event) == 1 then redis.call('HSET', K.event .. event, 'shared', 1) end
end
for _, spared in ipairs(record.spared) do
  local event, calls = K.event .. spared.event, spared.calls
  if spared.shared and redis.call('EXISTS', event) == 1 and redis.call('HSETNX', event, 'shared', 1) == 1 then calls = calls + 1 end
  count('spared:' .. spared.rule, calls)
end
for _, story in ipairs(record.stories) do tell(story[1], story[2]) end
for element, stamp in pairs(record.settled) do
  off_the_table(element, stamp, false)
  local name = delivered_as(element)
  local delivered = redis.call('HGET', key, name)
  if not delivered or newer(element, stamp, delivered) then redis.call('HSET', key, name, stamp) end
  redis.call('HDEL', key, 'x:' .. element)
end
for element, refusal in pairs(record.refused) do
  off_the_table(element, refusal[1], true)
  redis.call('HSET', key, 'x:' .. element, refusal[1] .. ' ' .. refusal[2])
end
if record.known then redis.call('HSET', key, 'known', record.known) end

local progress = next(record.settled) or next(record.refused)
if progress then redis.call('HDEL', key, 'fruitless')
elseif record.called then redis.call('HINCRBY', key, 'fruitless', 1) end

-- The holder lives: only deaths in a row make a contact wait.
redis.call('HDEL', key, 'claims')
redis.call('ZREM', K.lease, contact)
redis.call('HDEL', K.holder, contact)
-- What it waits for may have come while it was looked at: a name, or what the sync tells.
local came = redis.call('HEXISTS', key, 'w:field:name') == 1 or (record.unknown and redis.call('HEXISTS', key, 'known') == 1)
if record.next == 'wait' and not came then
  -- For the first sync: a new wish, or what the sync tells of it, brings it back at once.
  redis.call('HSETNX', key, 'waits_since', now_ms())
  redis.call('HSETNX', key, 'settling', now_ms())
  redis.call('ZADD', K.due, now_ms() + record.delay_ms, contact)
  return 1
end
if record.next == 'retry' then
  redis.call('HINCRBY', key, 'failures', 1)
  redis.call('ZADD', K.due, now_ms() + record.delay_ms, contact)
  return 1
end
if progress or record.called then redis.call('HDEL', key, 'failures', 'waits_since') end
local place = place_in_line(contact)
if not place then
  redis.call('PEXPIRE', key, ARGV[5])
  return 1
end
line_up(contact, math.max(place, record.score))
return 1 + ring(K.bell_reconcile)
