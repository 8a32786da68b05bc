-- Begin, resume or stop the first sync of a bot: ARGV bot, what ('first' | 'resume' | 'again' | 'stop'), lane of its place.
-- Returns {its state from now on, whether this changed it, whether a doorbell must ring}.
local bot, what, now = ARGV[1], ARGV[2], now_ms()
local key, member = K.sync .. bot, 'sync:' .. bot
local state = redis.call('HGET', key, 'state')
local running = state == 'running'

if what == 'stop' then
  if not running then return {state or 'never', 0, 0} end
  redis.call('HSET', key, 'state', 'stopped', 'ended', now)
  -- Whoever holds it writes down the page that is under way, and then finds it stopped.
  redis.call('ZREM', K.ready, member)
  redis.call('ZREM', K.due, member)
  return {'stopped', 1, 0}
end
if running then
  -- However it fell out of the line, asking brings it back.
  return {state, 0, line_up(member, place_in_line(member)) == 1 and ring(K.bell_reconcile) or 0}
end
-- A worker begins it by itself when it never began or could not go on; what a person or short memory ended stays so.
if what == 'first' and state and state ~= 'failed' then return {state, 0, 0} end
if what == 'resume' and state == 'finished' then return {state, 0, 0} end

if not state or what == 'again' then
  local complete = redis.call('HGET', key, 'complete')
  redis.call('DEL', key)
  -- A page that is still under way belongs to the run before.
  redis.call('ZREM', K.lease, member)
  redis.call('HDEL', K.holder, member)
  redis.call('HSET', key, 'page', 1, 'began', now)
  if complete then redis.call('HSET', key, 'complete', complete) end
end
redis.call('HSET', key, 'state', 'running', 'place', string.format('%.0f', tonumber(ARGV[3]) * BAND + now))
redis.call('HDEL', key, 'ended', 'reason', 'failures')
line_up(member, place_in_line(member))
return {'running', 1, ring(K.bell_reconcile)}
