"""HTTP out of this house, whoever is called: a deadline for the whole call, logs without secrets."""
