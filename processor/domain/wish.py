"""What a contact is wanted to be: a map of elements, each with the stamp of who wished it.

Per element the greatest stamp wins, so merging is commutative, associative and idempotent; `utm:first` alone keeps
the smallest. The store's scripts follow the same law (store/scripts/wish.lua); tests hold the two side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

STAMP_LENGTH = 27
# Events of one delivery keep their order: each delivery's number leaves room for this many.
EVENTS_MAX = 100
FIRST_WINS = "utm:first"


def stamp_of(occurred_ms: int | None, received_ms: int, sequence: int) -> str:
    """A text that sorts as (when it happened, the journal's number); the sender's clock never beats our receipt."""
    at_ms = received_ms if occurred_ms is None else max(0, min(occurred_ms, received_ms))
    return f"{at_ms:014d}.{sequence:012d}"


def number_in(stamp: str) -> int:
    """The journal's number of the delivery that a stamp of a wish belongs to."""
    return int(stamp[15:STAMP_LENGTH]) // EVENTS_MAX


class Wish(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One element wished by one rule for one event.

    Elements: `field:NAME` (name, email, phone, address, telegram_username), `tag:NAME` (True: wanted, False: unwanted),
    `utm:last` and `utm:first` (a dict of source, medium, campaign, term, content), `variable:NAME` (text; None:
    it shall not be there), `status` (text, only the newest is sent), `status:STAMP:NNNN` (text, each is sent, in
    this order).
    `lane` and `since_ms` are its place in line (lane.py) and no part of the law of merging.
    """

    element: str
    value: Any
    stamp: str
    event: str
    rule: str
    lane: int = 0
    since_ms: int = 0


Wanted = Mapping[str, Wish]


def is_status(element: str) -> bool:
    """Whether the element is a status, the newest alone or one of a row."""
    return element == "status" or element.startswith("status:")


def wins(new: Wish, old: Wish) -> bool:
    """Whether `new` takes the place of `old` in the same element."""
    return new.stamp < old.stamp if new.element == FIRST_WINS else new.stamp > old.stamp


def merge(left: Wanted, right: Wanted) -> dict[str, Wish]:
    """Both states as one; the order of merging does not matter."""
    merged = dict(left)
    for element, wish in right.items():
        held = merged.get(element)
        if held is None or wins(wish, held):
            merged[element] = wish
    return merged
