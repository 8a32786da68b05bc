-- Bring back what was left behind: ARGV most, worker.
-- Returns {ring apply, ring reconcile, ring fetch, ring later, leases expired, deliveries taken back, retries due, journal entries dropped}.
local DEATHS_MAX = 10
local now, most = now_ms(), tonumber(ARGV[1])
redis.call('ZADD', K.workers, now, ARGV[2])
redis.call('ZREMRANGEBYSCORE', K.workers, '-inf', now - 60000)

-- Nobody is held or put off for longer than this, unless the server's clock went back: it must not cost an hour.
local FAR_MS = 660000
for _, line in ipairs({K.deliveries_lease, K.lease, K.due, K.thin_due, K.thin_lease, K.later_lease}) do
  for _, far in ipairs(redis.call('ZRANGEBYSCORE', line, now + FAR_MS, '+inf', 'LIMIT', 0, most)) do
    redis.call('ZADD', line, now, far)
  end
end

local lost = redis.call('ZRANGEBYSCORE', K.deliveries_lease, '-inf', now, 'LIMIT', 0, most)
for _, id in ipairs(lost) do
  redis.call('ZREM', K.deliveries_lease, id)
  local number = redis.call('HGET', K.event .. id, 'number')
  if number then redis.call('ZADD', K.deliveries_ready, number, id) end
end

local unread = redis.call('ZRANGEBYSCORE', K.thin_lease, '-inf', now, 'LIMIT', 0, most)
for _, id in ipairs(unread) do
  redis.call('ZREM', K.thin_lease, id)
  if redis.call('HGET', K.event .. id, 'state') == 'queued' then
    -- Whoever asked for it died: that counts as a failure, lest one delivery kill everybody for ever.
    redis.call('HINCRBY', K.event .. id, 'fetch_tries', 1)
    redis.call('ZADD', K.thin_due, now, id)
  end
end

local forgotten = redis.call('ZRANGEBYSCORE', K.later_lease, '-inf', now, 'LIMIT', 0, most)
for _, timer in ipairs(forgotten) do
  redis.call('ZREM', K.later_lease, timer)
  local id, due_ms = string.match(timer, '^(.*):%d+:(%d+)$')
  if redis.call('EXISTS', K.event .. id) == 1 then
    -- Whoever claimed it died: a rule that kills its holders is given up one day.
    redis.call('HINCRBY', K.event .. id, 'later_deaths', 1)
    redis.call('ZADD', K.later_due, due_ms, timer)
  end
end

-- A job that was stopped meanwhile has no place any more.
local function back_in_line(contact)
  local place = place_in_line(contact) or (not synced_bot(contact) and now)
  if place then redis.call('ZADD', K.ready, place, contact) end
end

local expired = redis.call('ZRANGEBYSCORE', K.lease, '-inf', now, 'LIMIT', 0, most)
for _, contact in ipairs(expired) do
  redis.call('ZREM', K.lease, contact)
  redis.call('HDEL', K.holder, contact)
  local claims = tonumber(redis.call('HGET', home_of(contact), 'claims') or '1')
  -- Whoever claimed it died. A contact that kills its holders again and again waits longer each time, then is parked.
  if claims >= DEATHS_MAX and not synced_bot(contact) and place_in_line(contact) then
    local elements = {}
    for _, wish in ipairs(wanted_of(contact)) do elements[wish[1]] = true end
    park(contact, {reason = 'kills_its_holder', elements = elements})
  elseif claims <= 2 then back_in_line(contact)
  else redis.call('ZADD', K.due, now + math.min(600000, 1000 * 2 ^ math.min(claims, 20)), contact) end
end

local due = redis.call('ZRANGEBYSCORE', K.due, '-inf', now, 'LIMIT', 0, most)
for _, contact in ipairs(due) do
  redis.call('ZREM', K.due, contact)
  redis.call('HDEL', home_of(contact), 'settling')
  back_in_line(contact)
end

local LOOK_AT = 500
local function drop_aged(from)
  local dropped = 0
  for _, id in ipairs(redis.call('ZRANGE', K.journal, from, from + LOOK_AT - 1)) do
    if redis.call('EXISTS', K.event .. id) == 0 then dropped = dropped + redis.call('ZREM', K.journal, id) end
  end
  return dropped
end
local dropped, kept = drop_aged(0), redis.call('ZCARD', K.journal)
-- Events that wait for their delayed rules may stay at its head for long: whatever lies behind has its turn as well.
if dropped == 0 and kept > LOOK_AT then dropped = drop_aged(math.floor(now / 500) * LOOK_AT % kept) end

local apply_bell, reconcile_bell, fetch_bell, later_bell = 0, 0, 0, 0
if redis.call('ZCARD', K.deliveries_ready) > 0 then apply_bell = ring(K.bell_apply) end
if redis.call('ZCARD', K.ready) > 0 then reconcile_bell = ring(K.bell_reconcile) end
if redis.call('ZCOUNT', K.thin_due, '-inf', now) > 0 then fetch_bell = ring(K.bell_fetch) end
if redis.call('ZCOUNT', K.later_due, '-inf', now) > 0 then later_bell = ring(K.bell_later) end
return {apply_bell, reconcile_bell, fetch_bell, later_bell, #expired, #lost + #unread + #forgotten, #due, dropped}
