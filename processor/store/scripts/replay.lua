-- Put a finished delivery into the line again: ARGV id, story entry.
-- Returns {1} when it is; {0, state} when it still waits or is being applied, {0, 'gone'} when it is not kept any more.
-- What it wishes has the stamps it had, so that nothing newer is outdone, and its history holds it once (wish.lua).
local id = ARGV[1]
local event = K.event .. id
local state = redis.call('HGET', event, 'state')
if not state or redis.call('EXISTS', K.delivery .. id) == 0 then return {0, 'gone'} end
if state == 'queued' or state == 'planned' then return {0, state} end
for _, kept in ipairs({event, K.delivery .. id, K.story .. id, K.fetched .. id}) do redis.call('PERSIST', kept) end
redis.call('HSET', event, 'state', 'queued', 'replayed_ms', now_ms())
redis.call('HDEL', event, 'finished_ms', 'tries', 'open', 'refused')
-- A sender that would not tell the rest may tell it now.
if redis.call('HGET', event, 'fetch') == 'given_up' then redis.call('HDEL', event, 'fetch', 'fetch_tries', 'trouble') end
tell(id, ARGV[2])
redis.call('ZADD', K.deliveries_ready, redis.call('HGET', event, 'number'), id)
ring(K.bell_apply)
return {1}
