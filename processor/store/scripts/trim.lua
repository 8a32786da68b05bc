-- Shorten the journal by its oldest finished events: ARGV from which place, how many to look at, how many to drop.
-- Returns {how many went, how many were looked at}: what is not finished may stand before what is.
local finished = {done = true, ignored = true, refused = true, unreadable = true, failed = true}
local dropped, looked, from, most = 0, 0, tonumber(ARGV[1]), tonumber(ARGV[3])
for _, id in ipairs(redis.call('ZRANGE', K.journal, from, from + tonumber(ARGV[2]) - 1)) do
  if dropped >= most then break end
  looked = looked + 1
  local state = redis.call('HGET', K.event .. id, 'state')
  if not state or finished[state] then
    unshelve(id)
    redis.call('UNLINK', K.event .. id, K.delivery .. id, K.story .. id, K.fetched .. id)
    dropped = dropped + redis.call('ZREM', K.journal, id)
  end
end
return {dropped, looked}
