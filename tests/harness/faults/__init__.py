"""A whole line of several processes in simulated time, struck by faults that a seed chooses."""
