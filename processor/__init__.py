"""Take in, decide, remember: everything of watbot-hooks that does not talk to Watbot."""
