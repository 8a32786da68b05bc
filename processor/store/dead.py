"""Dead letters: what Watbot refused, and contacts that are parked. Read newest first, given up when too old."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec
import redis

from processor.domain.wish import Wish
from processor.store.connection import translated
from processor.store.contacts import ContactState, decode_state
from processor.store.keys import DAY_MS, name_of
from processor.store.script import run
from processor.text import Text

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A refused element, or (`element` empty) a parked contact with all that waits in it.

    `at_ms` is when it came to that, `failing` what the failing call of a parked contact was about, `said` Watbot's own
    words where there were any. `state` is the whole contact.
    """

    contact: str
    element: str
    at_ms: int
    reason: str
    said: Text | None
    wishes: tuple[Wish, ...]
    failing: tuple[str, ...]
    state: ContactState

    @property
    def parked(self) -> bool:
        """Whether the whole contact is parked."""
        return not self.element


@dataclass(frozen=True, slots=True)
class Search:
    """Which dead letters: every given part must fit. An element is named whole (`field:email`) or by kind (`field`)."""

    contact: str | None = None
    element: str | None = None
    reason: str | None = None
    rule: str | None = None

    def fits(self, letter: DeadLetter) -> bool:
        """Whether `letter` is one of those."""
        return (
            self.contact in (None, letter.contact)
            and (self.reason is None or letter.reason == self.reason or letter.reason.startswith(f"{self.reason}_"))
            and (self.rule is None or any(wish.rule == self.rule for wish in letter.wishes))
            and (self.element is None or any(map(self.names, letter.failing if letter.parked else (letter.element,))))
        )

    def names(self, element: str) -> bool:
        """Whether it is the element that is looked for, or of that kind."""
        return self.element in (element, element.partition(":")[0])


def count(client: redis.Redis) -> int:
    """How many dead letters there are. Raises StoreError."""
    with translated():
        return int(str(client.zcard(name_of("dead"))))


def parked_and_refused(client: redis.Redis) -> tuple[int, int]:
    """How many contacts are parked and how many elements are refused. Raises StoreError."""
    parked = refused = 0
    for member in _members(client):
        alone = not member.partition(" ")[2]
        parked, refused = parked + alone, refused + (not alone)
    return parked, refused


def dead_letters(client: redis.Redis, search: Search, *, limit: int | None = None) -> list[DeadLetter]:
    """The dead letters that `search` names, newest first. Raises StoreError."""
    return list(islice((letter for letter in _all(client, search.contact) if search.fits(letter)), limit))


def drop_old(client: redis.Redis, *, most: int, journal_days: int, contact_days: int) -> int:
    """Give up letters older than the journal; how many went. Raises StoreError."""
    with translated():
        return int(run(client, "age", most, journal_days * DAY_MS, contact_days * DAY_MS))


def _all(client: redis.Redis, contact: str | None) -> Iterator[DeadLetter]:
    if contact is not None:
        yield from sorted(_of_contact(client, contact), key=lambda letter: -letter.at_ms)
        return
    members = _members(client)
    while chunk := [member.partition(" ")[::2] for member in islice(members, _CHUNK)]:
        fields = _fields(client, list(dict.fromkeys(own for own, _ in chunk)))
        yield from (letter for own, element in chunk if (letter := _letter(own, element, fields[own])))


def _members(client: redis.Redis) -> Iterator[str]:
    """The index, newest first; what comes or goes meanwhile may be missed or seen twice."""
    start = 0
    while True:
        with translated():
            members: Any = client.zrange(name_of("dead"), start, start + _CHUNK - 1, desc=True)
        if not members:
            return
        yield from (member.decode() for member in members)
        start += _CHUNK


def _of_contact(client: redis.Redis, contact: str) -> list[DeadLetter]:
    fields = _fields(client, [contact])[contact]
    names = [name.decode() for name in fields]
    elements = [name[2:] for name in names if name.startswith("x:")] + ([""] if "parked" in names else [])
    return [letter for element in elements if (letter := _letter(contact, element, fields))]


def _fields(client: redis.Redis, contacts: list[str]) -> dict[str, Mapping[bytes, bytes]]:
    with translated(), client.pipeline(transaction=False) as look:
        for contact in contacts:
            look.hgetall(name_of("contact", contact))
        return dict(zip(contacts, look.execute(), strict=True))


def _letter(contact: str, element: str, fields: Mapping[bytes, bytes]) -> DeadLetter | None:
    """None when it went meanwhile."""
    held = fields.get(f"x:{element}".encode() if element else b"parked")
    if held is None:
        return None
    state = decode_state(contact, [part for pair in fields.items() for part in pair])
    told = msgspec.json.decode(held[held.index(b"{") :])
    wish = state.refused.get(element)
    said = told.get("said")
    return DeadLetter(
        contact=contact,
        element=element,
        at_ms=wish.since_ms if wish else int(told["at"]),
        reason=told["reason"],
        said=Text(said["ru"], said["en"]) if said else None,
        wishes=(wish,) if wish else tuple(state.wanted.values()),
        failing=() if wish else tuple(told["elements"]),
        state=state,
    )
