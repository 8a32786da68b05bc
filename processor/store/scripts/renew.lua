-- Look again and hold on: ARGV contact, fence, lease_ms. Returns {} when the lease was lost, else {fields}.
if redis.call('HGET', K.holder, ARGV[1]) ~= ARGV[2] then return {} end
redis.call('ZADD', K.lease, now_ms() + tonumber(ARGV[3]), ARGV[1])
return {redis.call('HGETALL', K.contact .. ARGV[1])}
