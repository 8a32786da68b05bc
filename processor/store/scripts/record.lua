-- Write down what was done for a contact: ARGV contact, fence, record (JSON), keep_ms, contact_ms,
-- park_after_ms, failures before a contact may be parked.
-- record: {settled = {element: stamp}, refused = {element: [stamp, body]}, known (text), stories = [[event, entry]],
--          made (rule whose call it was, or null), shared = [events that it carried in an upsert],
--          spared = [{event, rule, calls, shared}], called, next = 'release' | 'retry' | 'wait', delay_ms, score,
--          unknown (nothing was known of it when it was looked at), why = {reason, elements, said} of a failure}.
-- Returns 0 when the lease was lost (nothing is written), 1 done, 2 done and a doorbell must ring.
local contact, keep_ms = ARGV[1], tonumber(ARGV[4])
if redis.call('HGET', K.holder, contact) ~= ARGV[2] then return 0 end
local record = cjson.decode(ARGV[3])
local key, now = K.contact .. contact, now_ms()

-- Whether the wish was still the one that was looked at.
local function off_the_table(element, stamp, refused)
  local held = redis.call('HGET', key, 'w:' .. element)
  -- A wish renewed meanwhile stays: only the one that was looked at is gone.
  if not held or stamp_of(held) ~= stamp then return false end
  redis.call('HDEL', key, 'w:' .. element)
  settle_one(body_of(held).event, keep_ms, refused)
  return true
end

-- Whether the contact alone cannot be delivered: it failed often and for long, and each time after somebody had got
-- through since its failure before. While Watbot as a whole is down nothing counts.
local function hopeless()
  local before_ms = tonumber(redis.call('HGET', key, 'failed'))
  local got_through_ms = tonumber(redis.call('HGET', K.account, 'last_ok_ms') or '0')
  redis.call('HSET', key, 'failed', now)
  if not before_ms or got_through_ms <= before_ms then return false end
  redis.call('HSETNX', key, 'failing', now)
  local failing_ms = now - tonumber(redis.call('HGET', key, 'failing'))
  return redis.call('HINCRBY', key, 'misses', 1) >= tonumber(ARGV[7]) and failing_ms >= tonumber(ARGV[6])
end

-- A status that came in while a newer one was on its way is as outdated as one that comes in now.
local function drop_outdated_statuses()
  local newest, flat = redis.call('HGET', key, 'd:status'), redis.call('HGETALL', key)
  for i = 1, #flat, 2 do
    local element = string.sub(flat[i], 3)
    if string.sub(flat[i], 1, 8) == 'w:status' and delivered_as(element) == 'd:status' and stamp_of(flat[i + 1]) < newest then
      tell(body_of(flat[i + 1]).event, cjson.encode({what = 'outdated', at = now_ms(), elements = {element}}))
      off_the_table(element, stamp_of(flat[i + 1]), false)
    end
  end
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
local status, out = false, 0
for element, stamp in pairs(record.settled) do
  if off_the_table(element, stamp, false) then out = out + 1 end
  local name = delivered_as(element)
  local delivered = redis.call('HGET', key, name)
  if not delivered or newer(element, stamp, delivered) then redis.call('HSET', key, name, stamp) end
  status = status or name == 'd:status'
  outlived(contact, element, stamp)
end
mark('out', out)
if status then drop_outdated_statuses() end
for element, refusal in pairs(record.refused) do
  if off_the_table(element, refusal[1], true) and not outlived(contact, element, refusal[1]) then
    redis.call('HSET', key, 'x:' .. element, string.format('%s 0%013d %s', refusal[1], now, refusal[2]))
    redis.call('ZADD', K.dead, now, contact .. ' ' .. element)
  end
end
if record.known then redis.call('HSET', key, 'known', record.known) end

local progress = next(record.settled) or next(record.refused)
-- A call that only learnt something is no progress: a contact could fail for ever between two of them.
if progress then redis.call('HDEL', key, 'fruitless', 'misses', 'failing', 'failed')
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
  if record.why and place_in_line(contact) and hopeless() then park(contact, record.why)
  else redis.call('ZADD', K.due, now + record.delay_ms, contact) end
  return 1
end
if progress or record.called then redis.call('HDEL', key, 'failures', 'waits_since') end
local place = place_in_line(contact)
if not place then
  redis.call('HDEL', key, 'failures', 'misses', 'failing', 'failed')
  let_age(contact, ARGV[5], keep_ms)
  return 1
end
line_up(contact, math.max(place, record.score))
return 1 + ring(K.bell_reconcile)
