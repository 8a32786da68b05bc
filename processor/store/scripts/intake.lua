-- Store and queue deliveries: ARGV dedupe_ms, then 4 for each: dedupe digest, id, event fields (JSON), raw delivery.
-- Returns whether a doorbell must ring, then for each the id it is known by (another id: it is a repetition).
local dedupe_ms = ARGV[1]
local answer = {0}
-- Receivers' clocks differ and clocks are set back: what came later must never seem to be older.
local at = math.max(now_ms(), tonumber(redis.call('GET', K.clock) or '0'))
local stored = 0
for i = 2, #ARGV, 4 do
  local digest, id = ARGV[i], ARGV[i + 1]
  local first = redis.call('SET', K.dedupe .. digest, id, 'NX', 'GET', 'PX', dedupe_ms)
  if not first then
    local number = redis.call('INCR', K.sequence)
    redis.call('SET', K.delivery .. id, ARGV[i + 3])
    redis.call('HSET', K.event .. id, 'state', 'queued', 'number', number, 'at', at, 'head', ARGV[i + 2])
    redis.call('ZADD', K.journal, number, id)
    redis.call('ZADD', K.deliveries_ready, number, id)
    stored = stored + 1
  elseif first ~= id and redis.call('EXISTS', K.event .. first) == 1 then
    redis.call('HINCRBY', K.event .. first, 'repeats', 1)
  end
  answer[#answer + 1] = first or id
end
if stored > 0 then
  mark('in', stored)
  redis.call('SET', K.clock, at)
  answer[1] = ring(K.bell_apply)
end
return answer
