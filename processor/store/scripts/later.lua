-- Claim the delayed rules of one event that are due longest: ARGV lease_ms. Returns {} when none is due, or may act yet, else
-- {member, id, number of the event in its delivery, when due (ms), fence, holders that died of it, raw delivery, the
-- journal's number, when it arrived (ms), what its sender told: {want, document...}, {rules...}}.
-- Rules that fall due at the same moment act together, lest it matter who of them comes first.
local AT_ONCE, LOOK_AT, TROUBLE_MS = 50, 200, 600000
redis.call('DEL', K.bell_later)
local now = now_ms()

-- Whatever arrived before the moment may be what makes a rule needless: it is applied first. A thin one is not waited for
-- longer than TROUBLE_MS after its sender began to fail.
local function comes_before(due_ms)
  local first = redis.call('ZRANGE', K.deliveries_ready, 0, 0)[1]
  if first and tonumber(redis.call('HGET', K.event .. first, 'at') or '0') <= due_ms then return true end
  for _, line in ipairs({K.deliveries_lease, K.thin_due, K.thin_lease}) do
    for _, id in ipairs(redis.call('ZRANGE', line, 0, LOOK_AT - 1)) do
      local held = redis.call('HMGET', K.event .. id, 'at', 'trouble')
      local given_up = held[2] and tonumber(held[2]) + TROUBLE_MS < now
      if tonumber(held[1] or '0') <= due_ms and not given_up then return true end
    end
  end
  return false
end

local function rules_of(id, index, due_ms)
  local prefix, found = 'later:' .. index .. ':', {}
  local flat = redis.call('HGETALL', K.event .. id)
  for i = 1, #flat, 2 do
    if string.sub(flat[i], 1, #prefix) == prefix and flat[i + 1] == due_ms then found[#found + 1] = string.sub(flat[i], #prefix + 1) end
  end
  return found
end

for _, member in ipairs(redis.call('ZRANGEBYSCORE', K.later_due, '-inf', now, 'LIMIT', 0, AT_ONCE)) do
  local id, index, due_ms = string.match(member, '^(.*):(%d+):(%d+)$')
  if comes_before(tonumber(due_ms)) then return {} end
  redis.call('ZREM', K.later_due, member)
  local rules, raw = rules_of(id, index, due_ms), redis.call('GET', K.delivery .. id)
  if #rules > 0 and raw then
    -- When the lease ends is the fence: whoever comes late finds another or none.
    local fence = string.format('%d', now + tonumber(ARGV[1]))
    redis.call('ZADD', K.later_lease, fence, member)
    local held = redis.call('HMGET', K.event .. id, 'later_deaths', 'number', 'at')
    local told = redis.call('HGETALL', K.fetched .. id)
    return {member, id, index, due_ms, fence, held[1] or '0', raw, held[2], held[3] or '', told, rules}
  end
end
return {}
