-- Add to an event's story: ARGV id, entry (JSON).
tell(ARGV[1], ARGV[2])
return 1
