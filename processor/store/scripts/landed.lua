-- A call is over: ARGV slot, late_ms, excess_ms, sure (1: excess_ms is), outcome, rest_ms, reason.
-- late_ms: so long after its slot it was on its way. excess_ms: how much longer the answer took than the quickest one. The call may have arrived by so much later than others
-- do, and the next ones must not crowd it. outcome: 'ok' | 'answered' (Watbot is there, but refused) | 'unavailable' |
-- 'throttled' | 'stopped' (no call will do until a person acts) | 'unsent'.
-- Returns {failures in a row, how long (ms) the account rests from now on}.
local DOWN_AFTER, DOWN_REST_FIRST_MS, DOWN_REST_MAX_MS = 3, 1000, 60000
local CAP_MIN_MS, SLACK_FIRST_MS = 15, 20
local slot, outcome, rest_ms, reason, now = ARGV[1], ARGV[5], tonumber(ARGV[6]), ARGV[7], now_ms()
local slack = slack_ms(now)
local moved_ms = tonumber(ARGV[2]) + math.min(tonumber(ARGV[3]), ARGV[4] == '1' and CAP_MIN_MS + slack or SLACK_MAX_MS)
if moved_ms > 0 and redis.call('ZSCORE', K.slots, slot) then redis.call('ZINCRBY', K.slots, moved_ms, slot) end

if outcome ~= 'unsent' then
  count('call:' .. outcome, 1)
  mark('calls', 1)
end

redis.call('HDEL', K.gate, 'trial')
local down = 0
if outcome == 'unavailable' then
  down = redis.call('HINCRBY', K.gate, 'down', 1)
  if down >= DOWN_AFTER then
    local growing_ms = DOWN_REST_FIRST_MS * 2 ^ math.min(down - DOWN_AFTER, 20)
    rest_ms, reason = math.max(rest_ms, math.min(DOWN_REST_MAX_MS, growing_ms)), 'watbot_down'
  end
elseif outcome == 'stopped' then
  down = DOWN_AFTER
  redis.call('HSET', K.gate, 'down', down)
elseif outcome == 'throttled' then
  redis.call('HINCRBY', K.gate, 'throttled', 1)
  redis.call('HDEL', K.gate, 'down')
  -- The network squeezes more than was thought, or somebody else uses the same account.
  redis.call('HSET', K.gate, 'slack', math.min(SLACK_MAX_MS, 2 * slack + SLACK_FIRST_MS), 'slack_at', now)
elseif outcome == 'ok' or outcome == 'answered' then
  redis.call('HDEL', K.gate, 'down', 'throttled')
  if outcome == 'ok' then redis.call('HSET', K.account, 'last_ok_ms', now) end
end
if rest_ms <= 0 then return {down, 0} end
return {down, rest_until(now + rest_ms, reason) - now}
