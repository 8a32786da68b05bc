"""Everything in the journal that is about a person: whole events, parts of events, and what nobody has read yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
import redis

from processor.domain.event import Event
from processor.domain.person import Person, needles_of, share_of
from processor.store.connection import translated
from processor.store.journal import Row, read_row
from processor.store.keys import name_of
from processor.store.script import run
from processor.store.standing import kept_of

# So many events are looked through in one turn of the store: about two milliseconds.
ROUND: Final = 500
_FIELDS: Final = {"phone": "phone", "email": "email", "telegram_username": "username"}

_events = msgspec.json.Decoder(list[Event]).decode
_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Concern:
    """An event that may be the person's; `events` of `unread` ones are not known, `past` names the histories."""

    row: Row
    events: tuple[Event, ...]
    unread: bool = False
    past: tuple[str, ...] = ()

    @property
    def contacts(self) -> list[str]:
        """The keys of the contacts that it concerns."""
        return [key for key in self.row.contact.split(", ") if key]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is the person's: `contacts` that the store knows; events `whole`, in `part`, and `waiting` to be applied."""

    person: Person
    contacts: tuple[str, ...] = ()
    whole: tuple[Concern, ...] = ()
    part: tuple[Concern, ...] = ()
    waiting: tuple[Concern, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.contacts or self.whole or self.part or self.waiting)


def scope_of(client: redis.Redis, person: Person, bots: Sequence[int]) -> Scope:
    """All that is kept of a person, who is first learnt from it: other ids, e-mails, contacts. Raises StoreError."""
    asked = replace(person, contacts=frozenset(person.keys(bots)))
    first = list(_concerns(client, asked))
    known = _learnt(client, asked, first, bots)
    return scope_among(client, known, first if known == asked else _concerns(client, known))


def scope_among(client: redis.Redis, person: Person, concerns: Iterable[Concern]) -> Scope:
    """What of these events, and which contacts, are the person's. Raises StoreError."""
    found: dict[str, list[Concern]] = {"whole": [], "part": [], "waiting": [], "none": []}
    for one in concerns:
        unread = "waiting" if one.row.state == "queued" else "whole"
        found[unread if one.unread else share_of(person, one.events, one.contacts)].append(one)
    keys = sorted(person.contacts)
    with translated(), client.pipeline(transaction=False) as look:
        for key in keys:
            look.exists(name_of("contact", key), name_of("past", key))
        there = look.execute()
    known = tuple(key for key, kept in zip(keys, there, strict=True) if kept)
    return Scope(person, known, tuple(found["whole"]), tuple(found["part"]), tuple(found["waiting"]))


def concerns_after(client: redis.Redis, person: Person, number: int) -> list[Concern]:
    """The events that came after this number and may be about the person. Raises StoreError."""
    return list(_concerns(client, person, number))


def read_again(client: redis.Redis, concerns: Iterable[Concern]) -> list[Concern]:
    """These events as they are now, those that are still there. Raises StoreError."""
    return list(_read(client, [one.row.id for one in concerns]))


def last_number(client: redis.Redis) -> int:
    """The journal's newest number. Raises StoreError."""
    with translated():
        return int(client.get(name_of("sequence")) or 0)


def _learnt(client: redis.Redis, person: Person, concerns: Iterable[Concern], bots: Sequence[int]) -> Person:
    """The person with what its own events and contacts tell of it."""
    learnt = person
    for one in concerns:
        for event in one.events:
            if person.has(event.customer):
                learnt = learnt.with_customer(event.customer)
        learnt = learnt.with_contacts(one.contacts)
    learnt = replace(learnt, contacts=frozenset(learnt.keys(bots)))
    for kept in kept_of(client, sorted(learnt.contacts)):
        held: dict[str, Any] = {f"field:{name}": value for name, value in kept.state.known.fields.items()}
        held |= {wish.element: wish.value for wish in (*kept.state.wanted.values(), *kept.state.refused.values())}
        learnt = replace(learnt, names=learnt.names | set(_names(held)))
    return learnt


def _names(held: dict[str, Any]) -> Iterator[str]:
    for field, kind in _FIELDS.items():
        value = held.get(f"field:{field}")
        if isinstance(value, str) and value.strip() and kind != "phone":
            yield f"{kind}:{value.strip().lstrip('@').casefold()}"


def _concerns(client: redis.Redis, person: Person, after: int = 0) -> Iterator[Concern]:
    needles, digits = needles_of(person)
    wanted = [_json(one) for one in (person.terms, needles, digits)]
    number = str(after)
    while number:
        with translated():
            number, *ids = (part.decode() for part in run(client, "sift", number, ROUND, *wanted))
        yield from _read(client, ids)


def _read(client: redis.Redis, ids: Sequence[str]) -> Iterator[Concern]:
    with translated(), client.pipeline(transaction=False) as look:
        for id_ in ids:
            look.hgetall(name_of("event", id_))
        found = look.execute()
    for id_, fields in zip(ids, found, strict=True):
        if fields:
            told, past = fields.get(b"events"), fields.get(b"past", b"").decode()
            events = tuple(_events(told)) if told else ()
            yield Concern(read_row(id_, fields), events, told is None, tuple(past.split()))
