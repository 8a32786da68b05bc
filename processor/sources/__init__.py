"""The senders, one file for each: how it proves itself, what it expects as an answer, what its bodies mean."""
