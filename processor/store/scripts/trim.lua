-- Shorten the journal by its oldest finished events: ARGV how many to look at, how many to drop. Returns how many went.
local finished = {done = true, ignored = true, refused = true, unreadable = true, failed = true}
local dropped, most = 0, tonumber(ARGV[2])
for _, id in ipairs(redis.call('ZRANGE', K.journal, 0, tonumber(ARGV[1]) - 1)) do
  if dropped >= most then break end
  local state = redis.call('HGET', K.event .. id, 'state')
  if not state or finished[state] then
    redis.call('UNLINK', K.event .. id, K.delivery .. id, K.story .. id, K.fetched .. id)
    dropped = dropped + redis.call('ZREM', K.journal, id)
  end
end
return dropped
