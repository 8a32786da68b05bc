"""The console's pages of rules."""
