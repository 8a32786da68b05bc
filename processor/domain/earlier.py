"""A contact's other events: how many came before one, and whether one that came after makes a delayed rule needless."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec

from processor.domain.condition import fold
from processor.domain.event import Event
from processor.domain.wish import STAMP_LENGTH

_DAY_MS = 24 * 60 * 60 * 1000
# What a rule may ask for; the history outlives both together, for a delayed rule asks again when it is due.
WITHIN_MAX_MS: Final = 365 * _DAY_MS
AFTER_MAX_MS: Final = 365 * _DAY_MS
HISTORY_MS: Final = 800 * _DAY_MS
# So many newest events of a contact are remembered.
HISTORY_EVENTS_MAX: Final = 1_000
# Types and order numbers are the sender's own words: no longer than this is remembered and compared.
WORD_CHARACTERS_MAX: Final = 100

ROOT: Final = "earlier"
_AT_LENGTH = 14


class Earlier(msgspec.Struct, frozen=True):
    """One event as a contact's history has it: `event` its type, `order` its order's number, or else its id.

    `at_ms` (Unix ms) and `number` are its stamp (domain/wish.py). `id` is its delivery's; that one's events differ in
    number.
    """

    event: str
    source: str
    at_ms: int
    order: str | None
    id: str
    number: int = 0

    @property
    def place(self) -> tuple[int, int]:
        """What sorts it among the others: earlier is smaller."""
        return self.at_ms, self.number


def entry_of(event: Event, *, stamp: str, event_id: str) -> Earlier:
    """How the history remembers an event."""
    order = event.order.number or event.order.id if event.order else None
    return Earlier(
        event=event.event[:WORD_CHARACTERS_MAX],
        source=event.source,
        at_ms=int(stamp[:_AT_LENGTH]),
        order=order.strip()[:WORD_CHARACTERS_MAX] or None if order else None,
        id=event_id,
        number=int(stamp[_AT_LENGTH + 1 : STAMP_LENGTH]),
    )


def moved(stamp: str, at_ms: int) -> str:
    """The stamp of the same event at another moment."""
    return f"{at_ms:0{_AT_LENGTH}d}{stamp[_AT_LENGTH:]}"


def is_own(one: Earlier, own: Earlier) -> bool:
    """Whether it is this very event, perhaps as it was read before."""
    return one.id == own.id and one.number == own.number


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which earlier events are counted: types and sources folded, () for the event's own type and for any source.

    `within_ms`: only those at most so long before the event.
    """

    events: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    within_ms: int | None = None

    @property
    def part(self) -> str:
        """The question as a part of a path: a condition reads the number of such events at `earlier`, this part."""
        return msgspec.json.encode(self).decode()


@lru_cache(maxsize=10_000)
def _asked(part: str) -> Asked:
    return msgspec.json.decode(part, type=Asked)


class Past(Mapping[str, int]):
    """What came before one event of its contact, as conditions see it: `Asked.part` -> how many.

    Of `entries` only those with a smaller stamp count, and never the event itself.
    """

    def __init__(self, own: Earlier | None = None, entries: Sequence[Earlier] = ()) -> None:
        self._own, self._entries = own, entries

    def __getitem__(self, part: str) -> int:
        try:
            asked = _asked(part)
        except msgspec.DecodeError:
            raise KeyError(part) from None
        own = self._own
        if own is None:
            return 0
        types = asked.events or (fold(own.event),)
        since_ms = 0 if asked.within_ms is None else own.at_ms - asked.within_ms
        return sum(
            one.at_ms >= since_ms
            and one.place < own.place
            and fold(one.event) in types
            and (not asked.sources or fold(one.source) in asked.sources)
            and not is_own(one, own)
            for one in self._entries
        )

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def with_past(view: Mapping[str, Any], past: Past) -> Mapping[str, Any]:
    """The event as conditions see it, from `reach.view_of`, with what came before it."""
    return {**view, ROOT: past}


@dataclass(frozen=True, slots=True)
class Unless:
    """What makes a delayed rule needless: an event of one of `events` (folded), of one of `sources` or of any.

    `same` None: of the same order where both name one, else of the contact. `written` is how the rules file says it.
    """

    events: frozenset[str]
    sources: frozenset[str] | None = None
    same: Literal["order", "contact"] | None = None
    written: str = ""


def cancelled_by(unless: Unless, own: Earlier, entries: Sequence[Earlier], due_ms: int) -> Earlier | None:
    """The first event after `own`, up to `due_ms`, that makes its delayed rule needless."""
    found = (
        one
        for one in entries
        if own.place < one.place
        and one.at_ms <= due_ms
        and not is_own(one, own)
        and fold(one.event) in unless.events
        and (unless.sources is None or fold(one.source) in unless.sources)
        and _concerns(unless.same, own.order, one.order)
    )
    return min(found, key=lambda one: one.place, default=None)


def _concerns(same: Literal["order", "contact"] | None, own: str | None, other: str | None) -> bool:
    if same == "contact" or (same is None and not (own and other)):
        return True
    return own is not None and other is not None and fold(own) == fold(other)
