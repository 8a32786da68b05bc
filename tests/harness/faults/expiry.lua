-- Stands before every script in simulated time: KEYS[1] is the time (seconds.microseconds). What shall expire goes when
-- its time has come by that clock, before the script begins.
local EXPIRES = 'simulated:expires'
local SIMULATED_MS = tonumber(string.match(KEYS[1], '^%d+')) * 1000 + math.floor(tonumber(string.match(KEYS[1], '%d+$')) / 1000)
for _, key in ipairs(redis.call('ZRANGEBYSCORE', EXPIRES, '-inf', SIMULATED_MS)) do
  redis.call('DEL', key)
  redis.call('ZREM', EXPIRES, key)
end

local function expire_at(key, at_ms)
  if at_ms then redis.call('ZADD', EXPIRES, at_ms, key) else redis.call('ZREM', EXPIRES, key) end
end

local function simulated_set(key, ...)
  local given, kept, lives, nx, get = {...}, {}, nil, false, false
  local i = 1
  while i <= #given do
    if given[i] == 'PX' then
      lives, i = tonumber(given[i + 1]), i + 1
    else
      nx, get = nx or given[i] == 'NX', get or given[i] == 'GET'
      kept[#kept + 1] = given[i]
    end
    i = i + 1
  end
  local answer = redis.call('SET', key, unpack(kept))
  local done = not nx or (get and not answer) or (not get and answer)
  if done then expire_at(key, lives and SIMULATED_MS + lives) end
  return answer
end

local NOT_SIMULATED = {EXPIRE = 1, EXPIREAT = 1, TTL = 1, SETEX = 1, PSETEX = 1, GETEX = 1, HPEXPIRE = 1}

local function simulated(command, ...)
  local args = {...}
  if command == 'SET' then return simulated_set(...) end
  if command == 'DEL' or command == 'UNLINK' or command == 'PERSIST' then
    for _, key in ipairs(args) do expire_at(key) end
  elseif command == 'PEXPIRE' or command == 'PEXPIREAT' then
    if redis.call('EXISTS', args[1]) == 0 then return 0 end
    local at_ms, held_ms = (command == 'PEXPIRE' and SIMULATED_MS or 0) + tonumber(args[2]), nil
    if args[3] == 'GT' then held_ms = tonumber(redis.call('ZSCORE', EXPIRES, args[1]) or 'inf') end
    if held_ms and held_ms >= at_ms then return 0 end
    expire_at(args[1], at_ms)
    return 1
  elseif command == 'PTTL' then
    if redis.call('EXISTS', args[1]) == 0 then return -2 end
    local at_ms = redis.call('ZSCORE', EXPIRES, args[1])
    return at_ms and tonumber(at_ms) - SIMULATED_MS or -1
  end
  assert(not NOT_SIMULATED[command], 'simulated time knows no ' .. command)
  return redis.call(command, ...)
end

