-- Give up dead letters that are older than the journal: ARGV most, keep_ms, contact_ms. Returns how many letters went.
local now, keep_ms = now_ms(), tonumber(ARGV[2])
local old = redis.call('ZRANGEBYSCORE', K.dead, '-inf', now - keep_ms, 'LIMIT', 0, tonumber(ARGV[1]))
for _, letter in ipairs(old) do
  local contact, element = string.match(letter, '^(%S+) (.*)$')
  give_up(contact, element, {what = 'dropped', at = now, reason = 'too_old'}, keep_ms)
  if redis.call('EXISTS', K.contact .. contact) == 1 and not place_in_line(contact) then let_age(contact, ARGV[3], keep_ms) end
end
return #old
