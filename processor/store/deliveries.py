"""Deliveries that wait to be applied: take the first in line, merge what they wish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import msgspec
import redis

from processor.domain.delivery import Delivery
from processor.domain.earlier import HISTORY_EVENTS_MAX, HISTORY_MS, Earlier
from processor.domain.remembered import Numbered
from processor.domain.usual import usual_calls
from processor.domain.wish import Wish
from processor.store.connection import translated
from processor.store.history import member_of
from processor.store.keys import DAY_MS, name_of
from processor.store.script import run

_unpack = msgspec.msgpack.Decoder(Delivery).decode
# What the fetching of a delivery may have come to (scripts/fetched.lua).
ASKED = (b"told", b"given_up")

_json = msgspec.json.Encoder(decimal_format="string").encode


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery taken to be applied: its number in the journal and how often it was taken.

    `arrived_ms` is the store's time of its arrival, which never goes back; None: take the receiver's. `asked`: its
    sender's API was asked for what it leaves out, whatever came of it; what was told stands in the delivery.
    """

    delivery: Delivery
    number: int
    tries: int
    arrived_ms: int | None = None
    asked: bool = False

    @property
    def since_ms(self) -> int:
        """Since when (Unix ms) it waits."""
        return self.delivery.received_ms if self.arrived_ms is None else self.arrived_ms

    @property
    def numbered(self) -> Numbered:
        """What its events' stamps are made from."""
        return Numbered(self.delivery.id, self.number, self.since_ms)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a delivery: planned | done | ignored | unreadable | failed, or again: it was applied before.

    changed: a history that the plan was made from is another one now, and nothing was written.
    """

    state: str
    ring: bool
    outdated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timer:
    """Delayed rules of one event that are due together, claimed: `member` and `fence` name the claim."""

    member: str
    fence: int
    index: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """What an event has to do with histories.

    `read`: the contacts whose histories decided, with their digests; `entries`: how the events are remembered, by the
    contacts they belong to; `later`: delayed rules (number of the event in its delivery, when due in Unix ms, rule);
    `timer`: it is those that act now, and not the delivery.
    """

    read: Sequence[tuple[str, str]] = ()
    entries: Sequence[tuple[str, Earlier]] = ()
    later: Sequence[tuple[int, int, str]] = ()
    timer: Timer | None = None


def take(client: redis.Redis, *, most: int, lease_ms: int) -> list[Taken]:
    """Lease the first deliveries in line. Raises StoreError."""
    with translated():
        rows = run(client, "take", most, lease_ms)
    return [
        Taken(whole(raw, told), int(number), int(tries), int(at) if at else None, asked in ASKED)
        for _, number, tries, raw, at, asked, told in rows
    ]


def whole(raw: bytes, told: Sequence[bytes]) -> Delivery:
    """A delivery with what was fetched of it: want, document (JSON)..."""
    delivery = _unpack(raw)
    if not told:
        return delivery
    fetched = {
        want.decode(): msgspec.json.decode(document) for want, document in zip(told[::2], told[1::2], strict=True)
    }
    return msgspec.structs.replace(delivery, fetched=fetched)


def encode_wish(wish: Wish) -> tuple[str, str, str]:
    """Element, stamp and the rest as the store keeps it: lane (1 digit), since when (13 digits), a space, JSON."""
    return wish.element, wish.stamp, f"{wish.lane}{wish.since_ms:013d} {body_of(wish).decode()}"


def body_of(wish: Wish, **more: Any) -> bytes:
    """Value, event and rule as JSON, with `more` beside them."""
    return _json({"value": wish.value, "event": wish.event, "rule": wish.rule, **more})


def decode_wish(element: str, held: bytes) -> Wish:
    """The reverse, from a field of the contact's hash."""
    stamp, _, body = held.decode().partition(" ")
    place, _, text = body.partition(" ") if body[0].isdecimal() else ("0", "", body)
    rest = msgspec.json.decode(text)
    return Wish(
        element=element,
        value=rest["value"],
        stamp=stamp,
        event=rest["event"],
        rule=rest["rule"],
        lane=int(place[0]),
        since_ms=int(place[1:] or 0),
    )


def wish(
    client: redis.Redis,
    id: str,
    *,
    state: str,
    story: Mapping[str, Any],
    fields: Mapping[str, str],
    contacts: Sequence[tuple[str, int, Sequence[Wish]]] = (),
    settle_ms: Mapping[str, int] = MappingProxyType({}),
    rules: tuple[str, str] | None = None,
    memory: Memory = Memory(),
    journal_days: int,
) -> Applied:
    """ONE atomic step: wishes merge into their contacts, the event is marked, contacts with news line up.

    `contacts` are (key, score, wishes), `settle_ms` how long a contact (by key) waits for further wishes, `rules`
    (version, text) of the rules that decided; `matched` of the story names a rule for each event that it matched. The
    events enter the histories of their contacts, and their delayed rules begin to wait. Raises StoreError.
    """
    asked: Counter[str] = Counter()
    for _, _, wishes in contacts:
        asked.update(usual_calls(wishes))
    plan: dict[str, Any] = {
        "state": state,
        "asked": asked,
        "matched": Counter(story.get("matched", ())),
        "fields": dict(fields),
        "contacts": [
            {
                "key": key,
                "score": score,
                "settle_ms": settle_ms.get(key, 0),
                "wishes": [encode_wish(w) for w in wishes],
            }
            for key, score, wishes in contacts
        ],
        **_remembering(memory),
    }
    if rules:
        plan["rules"] = rules
    with translated():
        answer = run(client, "wish", id, _json(plan), _json(story), journal_days * DAY_MS)
    if answer[0] in (b"again", b"changed"):
        return Applied(answer[0].decode(), ring=False)
    return Applied(answer[0].decode(), bool(answer[1]), tuple(element.decode() for element in answer[2:]))


def _remembering(memory: Memory) -> dict[str, Any]:
    """`memory` as the script reads it."""
    plan: dict[str, Any] = {
        "read": memory.read,
        "past": {
            "keep_ms": HISTORY_MS,
            "most": HISTORY_EVENTS_MAX,
            "entries": [(contact, entry.at_ms, member_of(entry)) for contact, entry in memory.entries],
        },
        "later": memory.later,
    }
    return plan | ({"timer": memory.timer} if memory.timer else {})


def tell(client: redis.Redis, id: str, entry: Mapping[str, Any]) -> None:
    """Add `entry` to an event's story. Raises StoreError."""
    with translated():
        run(client, "tell", id, _json(entry))


def waiting(client: redis.Redis) -> int:
    """How many deliveries wait to be applied or are being applied. Raises StoreError."""
    with translated(), client.pipeline() as look:
        look.zcard(name_of("deliveries_ready"))
        look.zcard(name_of("deliveries_lease"))
        return sum(look.execute())
