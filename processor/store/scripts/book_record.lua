-- Record what the rules file holds: ARGV version (JSON, without number and parent), its deflated text, how many are kept,
-- at most so many with those that events still need, at most so many bytes of texts. Returns the entry (JSON) or ''.
-- A change on disk counts once, and not when an older state of the file is met on another machine; what was being
-- published when its publisher died is recorded as what it was.
local entry, keep, most, bytes_max = cjson.decode(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local last = tonumber(redis.call('HGET', K.book, 'last') or '0')
local newest = redis.call('HGET', K.book, string.format('%d', last))
newest = newest and cjson.decode(newest)
if entry.sort == 'changed' then
  local known = redis.call('HEXISTS', K.book_texts, entry.version) == 1
  if newest and (newest.version == entry.version or (known and entry.at_ms <= newest.at_ms)) then return '' end
  local pending = redis.call('GET', K.book_pending)
  pending = pending and cjson.decode(pending)
  if pending and pending.version == entry.version then entry = pending end
elseif newest and newest.id == entry.id then
  return cjson.encode(newest)
end
entry.parent, entry.number = last, last + 1
local written = cjson.encode(entry)
redis.call('HSET', K.book, string.format('%d', last + 1), written, 'last', string.format('%d', last + 1))
redis.call('HSET', K.book_texts, entry.version, ARGV[2])

local flat, numbers, versions = redis.call('HGETALL', K.book), {}, {}
for i = 1, #flat, 2 do
  local number = tonumber(flat[i])
  if number then
    numbers[#numbers + 1] = number
    versions[number] = cjson.decode(flat[i + 1]).version
  end
end
table.sort(numbers, function(a, b) return a > b end)
local texts, bytes = {}, 0
for newer, number in ipairs(numbers) do
  local version = versions[number]
  if newer > most or (newer > keep and redis.call('EXISTS', K.rules .. version) == 0) then
    redis.call('HDEL', K.book, string.format('%d', number))
  elseif newer <= keep and not texts[version] then
    bytes = bytes + redis.call('HSTRLEN', K.book_texts, version)
    texts[version] = newer == 1 or bytes <= bytes_max
  end
end
for _, version in ipairs(redis.call('HKEYS', K.book_texts)) do
  if not texts[version] then redis.call('HDEL', K.book_texts, version) end
end
return written
