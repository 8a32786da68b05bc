-- Note what a person did: ARGV most that is kept, then fields and values.
redis.call('XADD', K.audit, 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, 2))
return 1
