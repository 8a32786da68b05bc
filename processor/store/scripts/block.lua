-- Let the whole account rest: ARGV duration_ms, reason. Returns until when (ms).
return rest_until(now_ms() + tonumber(ARGV[1]), ARGV[2])
