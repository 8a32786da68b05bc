"""Suggest a mapping from one delivery of a sender that nobody has mapped yet."""
