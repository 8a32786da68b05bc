-- Remember refusals: ARGV how long (ms), how many a source, how many counts; then 3 for each count (day, field, number),
-- then 6 for each refusal: source, kind (what makes it the same again), first and last moment (ms), times, the rest (JSON).
-- A member is kind, first moment and times, then the JSON, on a line each: the same again takes the place of the old.
local keep_ms, most, counts = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local at = 4
for _ = 1, counts do
  local key = K.refused_counts .. ARGV[at]
  redis.call('HINCRBY', key, ARGV[at + 1], ARGV[at + 2])
  redis.call('PEXPIRE', key, keep_ms)
  at = at + 3
end
for i = at, #ARGV, 6 do
  local key, kind, first, times = K.refused .. ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 4])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('(%.0f', ARGV[i + 3] - keep_ms))
  for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do
    local own, since, before = string.match(member, '^([^\n]*)\n(%d+) (%d+)\n')
    if own == kind then
      first, times = since, times + tonumber(before)
      redis.call('ZREM', key, member)
    end
  end
  redis.call('ZADD', key, ARGV[i + 3], string.format('%s\n%s %.0f\n%s', kind, first, times, ARGV[i + 5]))
  redis.call('ZREMRANGEBYRANK', key, 0, -most - 1)
  redis.call('PEXPIRE', key, keep_ms)
end
return 1
