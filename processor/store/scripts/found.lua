-- The newest events that any of these terms leads to: ARGV most, terms... Returns their ids, newest first.
local most, pepper = tonumber(ARGV[1]), redis.call('GET', K.pepper)
if not pepper then return {} end
local numbers, seen, ids = {}, {}, {}
for i = 2, #ARGV do
  for _, number in ipairs(redis.call('ZRANGE', K.terms .. shelf_of(pepper, ARGV[i]), 0, -1)) do
    if not seen[number] then numbers[#numbers + 1] = tonumber(number) end
    seen[number] = true
  end
end
table.sort(numbers, function(a, b) return a > b end)
for _, number in ipairs(numbers) do
  if #ids >= most then break end
  local number_text = string.format('%.0f', number)
  ids[#ids + 1] = redis.call('ZRANGEBYSCORE', K.journal, number_text, number_text)[1]
end
return ids
