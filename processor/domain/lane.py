"""Who goes first for a slot of the budget: the lane, then how long it has waited. A place in line is one number."""

from __future__ import annotations

from typing import Final

# What a bot or a person reacts to.
URGENT: Final = 0
# The same after a failed call: whoever was not delivered lately must not hold up whoever can be.
RETRY: Final = 1
# Data that nobody waits for.
CALM: Final = 2
REPLAY: Final = 3
BACKFILL: Final = 4

# Larger than any Unix time in ms, small enough that lane and time fit a double exactly.
BAND: Final = 10**13


def score(lane: int, since_ms: int) -> int:
    """The place in line: the smallest goes first."""
    return lane * BAND + since_ms


def lane_of(place: float) -> int:
    """The lane of a place in line."""
    return int(place) // BAND


def since_of(place: float) -> int:
    """Since when (Unix ms) whoever has this place waits."""
    return int(place) % BAND
