"""Watbot's API: the only room that speaks HTTP to it and knows its names."""
