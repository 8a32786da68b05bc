"""One good delivery of every preset, with an invented person: what the console tries a source with."""
