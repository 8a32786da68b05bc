-- Write down what Watbot's list of contacts showed: ARGV contact_ms, then for each contact its key, what was known of it
-- (the text as it was read, '' for nothing) and what is known now. Returns {how many were written, whether a doorbell must ring}.
local written, bell = 0, 0
for i = 2, #ARGV, 3 do
  local contact, key = ARGV[i], K.contact .. ARGV[i]
  local held = redis.call('HGET', key, 'known') or ''
  -- An answer that came meanwhile is fresher than the list, and so will be that of the call which is under way. Of whom
  -- nothing is known the list tells even then: the holder writes what it learns over it, or has just decided to wait.
  if held == ARGV[i + 1] and (held == '' or not redis.call('ZSCORE', K.lease, contact)) then
    local ages_ms = redis.call('PTTL', key)
    redis.call('HSET', key, 'known', ARGV[i + 2])
    written = written + 1
    -- Whoever is wanted something does not age; dead letters may have to outlast what is usual for a contact.
    if ages_ms == -2 then redis.call('PEXPIRE', key, ARGV[1])
    elseif ages_ms >= 0 then redis.call('PEXPIRE', key, ARGV[1], 'GT') end
    if redis.call('HDEL', key, 'waits_since') == 1 and redis.call('ZREM', K.due, contact) == 1 then
      redis.call('HDEL', key, 'settling')
      local place = place_in_line(contact)
      if place and line_up(contact, place) == 1 then bell = ring(K.bell_reconcile) end
    end
  end
end
return {written, bell}
