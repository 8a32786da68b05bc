"""The console: pages for people who never open a terminal, and for whoever is on call."""
