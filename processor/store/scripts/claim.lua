-- Lease the first contact in line: ARGV lease_ms. Returns {} when nobody is, else {contact, fence, more, fields, score}.
-- The bell is answered: whoever lines up from now on rings again.
redis.call('DEL', K.bell_reconcile)
local first = redis.call('ZRANGE', K.ready, 0, 0, 'WITHSCORES')
local contact = first[1]
if not contact then return {} end
redis.call('ZREM', K.ready, contact)
local fence = redis.call('INCR', K.fence)
redis.call('ZADD', K.lease, now_ms() + tonumber(ARGV[1]), contact)
redis.call('HSET', K.holder, contact, fence)
redis.call('HINCRBY', K.contact .. contact, 'claims', 1)
return {contact, fence, redis.call('ZCARD', K.ready), redis.call('HGETALL', K.contact .. contact), first[2]}
