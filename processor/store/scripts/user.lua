-- Add, change or remove a user: ARGV what (begin, first, add, put, drop), name folded, user (JSON), digest of the first
-- key, how long (ms) that key is good.
-- Returns ok, or why not: taken, absent, last_owner, not_first. An owner always stays.
local what, name, user, digest = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local held = redis.call('HGET', K.users, name)

local function other_owner()
  local flat = redis.call('HGETALL', K.users)
  for i = 1, #flat, 2 do
    if flat[i] ~= name and cjson.decode(flat[i + 1]).role == 'owner' then return true end
  end
  return false
end

if what == 'begin' then
  if redis.call('HLEN', K.users) > 0 then return 'taken' end
  redis.call('SET', K.first_key, digest, 'PX', ARGV[5])
  return 'ok'
end
if what == 'first' then
  if redis.call('HLEN', K.users) > 0 or redis.call('GET', K.first_key) ~= digest then return 'not_first' end
  redis.call('DEL', K.first_key)
elseif what == 'add' then
  if held then return 'taken' end
elseif not held then
  return 'absent'
elseif (what == 'drop' or cjson.decode(user).role ~= 'owner') and cjson.decode(held).role == 'owner' and not other_owner() then
  return 'last_owner'
end
if what == 'drop' then
  redis.call('HDEL', K.users, name)
else
  redis.call('HSET', K.users, name, user)
end
return 'ok'
