-- The account's next departure: ARGV ticket, commit (1: leave now if that is allowed), guard_ms, grace_ms, trial_ms, then
-- calls and period_ms of each limit.
-- Returns {1, slot, failures in a row, 429s in a row} when the call must leave now, {0, wait_ms, now_ms} when not yet.
local SLACK_SHARE, DOWN_AFTER, BEHIND_MS = 8, 3, 5
-- Whoever waits looks again at least so often (WAIT_STEP_MS in store/pace.py).
local LOOK_AGAIN_MS = 500
local ticket, commit, now = ARGV[1], ARGV[2] == '1', now_ms()
local guard_ms = tonumber(ARGV[3]) + slack_ms(now) / SLACK_SHARE

local last = redis.call('ZRANGE', K.slots, -1, -1, 'WITHSCORES')
local ahead_ms = last[2] and tonumber(last[2]) - now or 0
if ahead_ms > SLACK_MAX_MS * 2 then
  -- No slot lies that far ahead unless the server's clock went back: what left lately keeps its distances and ends now.
  local all = redis.call('ZRANGE', K.slots, 0, -1, 'WITHSCORES')
  for i = 1, #all, 2 do redis.call('ZADD', K.slots, tonumber(all[i + 1]) - ahead_ms, all[i]) end
end

local at, longest = now, 0
for i = 6, #ARGV, 2 do
  local calls, period_ms = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  longest = math.max(longest, period_ms)
  local nth = redis.call('ZRANGE', K.slots, -calls, -calls, 'WITHSCORES')
  if nth[2] then at = math.max(at, math.ceil(tonumber(nth[2]) + period_ms + guard_ms)) end
end
local rest = redis.call('GET', K.block)
if rest then
  local until_ms, duration_ms, reason = string.match(rest, '^(%d+) (%d+) (.*)$')
  if tonumber(until_ms) > now + tonumber(duration_ms) then
    -- The server's clock went back: the rest must not grow by that.
    redis.call('DEL', K.block)
    until_ms = rest_until(now + tonumber(duration_ms), reason)
  end
  at = math.max(at, tonumber(until_ms))
end
local told = redis.call('HMGET', K.gate, 'down', 'trial', 'throttled')
local down = tonumber(told[1] or '0')
-- After failures in a row one call at a time tries whether Watbot is there again.
if down >= DOWN_AFTER and told[2] then at = math.max(at, math.min(tonumber(told[2]), now + tonumber(ARGV[5]))) end

-- First come, first served; who does not look again in time has died and is passed over. So is who would have longer than
-- anybody needs: the server's clock went back, and whoever lives looks again and lines up anew.
local waiting, mine, ahead = redis.call('HGETALL', K.waiting), nil, 0
for i = 1, #waiting, 2 do
  if waiting[i] == ticket then mine = tonumber(string.match(waiting[i + 1], '^%d+')) end
end
for i = 1, #waiting, 2 do
  local number, until_ms = string.match(waiting[i + 1], '^(%d+) (%d+)$')
  if number and waiting[i] ~= ticket then
    if tonumber(until_ms) < now or tonumber(until_ms) > now + LOOK_AGAIN_MS + tonumber(ARGV[4]) then redis.call('HDEL', K.waiting, waiting[i])
    elseif not mine or tonumber(number) < mine then ahead = ahead + 1 end
  end
end
if commit and ahead == 0 and at <= now then
  redis.call('HDEL', K.waiting, ticket)
  if down >= DOWN_AFTER then redis.call('HSET', K.gate, 'trial', now + tonumber(ARGV[5])) end
  local slot = string.format('%d', redis.call('HINCRBY', K.gate, 'number', 1))
  redis.call('ZADD', K.slots, now, slot)
  redis.call('ZREMRANGEBYSCORE', K.slots, '-inf', now - 2 * longest)
  redis.call('PEXPIREAT', K.slots, now + 2 * longest)
  return {1, slot, down, tonumber(told[3] or '0')}
end
local wait_ms = at - now
-- Whoever is before us leaves then; only after that is it known when we may.
if ahead > 0 then wait_ms = math.max(wait_ms, 0) + BEHIND_MS end
mine = mine or redis.call('HINCRBY', K.gate, 'tickets', 1)
redis.call('HSET', K.waiting, ticket, string.format('%d %d', mine, now + math.min(wait_ms, LOOK_AGAIN_MS) + tonumber(ARGV[4])))
redis.call('PEXPIRE', K.waiting, wait_ms + 60000)
return {0, wait_ms, now}
