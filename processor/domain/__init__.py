"""What is true without any machine: events, rules, wishes, calls. Pure: no time, no files, no network."""
