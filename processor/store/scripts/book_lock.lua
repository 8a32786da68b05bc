-- Begin to publish: ARGV token, lease ms, what is to be recorded (JSON), how long that is kept (ms); 0 while another does.
-- A lease of 0: it is over, and what is still pending was never written.
if tonumber(ARGV[2]) > 0 then
  if not redis.call('SET', K.book_lock, ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
  redis.call('SET', K.book_pending, ARGV[3], 'PX', ARGV[4])
  return 1
end
if redis.call('GET', K.book_lock) == ARGV[1] then redis.call('DEL', K.book_lock, K.book_pending) end
return 1
