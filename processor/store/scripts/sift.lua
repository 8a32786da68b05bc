-- Which events may be about somebody: ARGV after which number, how many to look at, needles (JSON: texts in lower case),
-- digits (JSON). What nobody has normalised is looked through as it came, its digits without what stands between them.
-- Returns {the last number looked at, or '' at the end, ids...}.
local needles, digits, most = cjson.decode(ARGV[3]), cjson.decode(ARGV[4]), tonumber(ARGV[2])
local rows = redis.call('ZRANGEBYSCORE', K.journal, '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, most)
local answer = {#rows == 2 * most and rows[#rows] or ''}

local function holds(text, wanted)
  for _, one in ipairs(wanted) do
    if string.find(text, one, 1, true) then return true end
  end
  return false
end

local function unread_holds(id)
  local text = (redis.call('GET', K.delivery .. id) or '') .. table.concat(redis.call('HVALS', K.fetched .. id), ' ')
  text = string.gsub(text, '%%(%x%x)', function(hex) return string.char(tonumber(hex, 16)) end)
  return holds(string.lower(text), needles) or holds((string.gsub(text, '%D', '')), digits)
end

for i = 1, #rows, 2 do
  local held = redis.call('HMGET', K.event .. rows[i], 'events', 'contacts')
  local found
  if held[1] then found = holds(string.lower(held[1] .. ' ' .. (held[2] or '')), needles)
  else found = unread_holds(rows[i]) end
  if found then answer[#answer + 1] = rows[i] end
end
return answer
