-- Which events may be about somebody: ARGV after which number, how many to look at, terms (JSON), needles (JSON: texts in
-- lower case), digits (JSON). An event that is filed under its terms tells by them; of others the text is looked through,
-- and what nobody has normalised as it came, its digits without what stands between them.
-- Returns {the last number looked at, or '' at the end, ids...}.
local terms, needles, digits = cjson.decode(ARGV[3]), cjson.decode(ARGV[4]), cjson.decode(ARGV[5])
local most, pepper, shelves = tonumber(ARGV[2]), redis.call('GET', K.pepper), {}
for i, term in ipairs(terms) do shelves[i] = pepper and shelf_of(pepper, term) end
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

local function unfiled_holds(id)
  local held = redis.call('HMGET', K.event .. id, 'events', 'contacts')
  if not held[1] then return unread_holds(id) end
  return holds(string.lower(held[1] .. ' ' .. (held[2] or '')), needles)
end

for i = 1, #rows, 2 do
  local filed = redis.call('HGET', K.event .. rows[i], 'shelves')
  local found
  if filed then found = holds(filed, shelves) else found = unfiled_holds(rows[i]) end
  if found then answer[#answer + 1] = rows[i] end
end
return answer
