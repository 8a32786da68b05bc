"""Contacts that wait to be reconciled: claim the first in line under a lease with a fence, record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
import redis

from processor.domain.contact import ContactId
from processor.domain.known import Known
from processor.domain.usual import Spared
from processor.domain.wish import Wish
from processor.store.connection import translated
from processor.store.deliveries import body_of, decode_wish
from processor.store.keys import DAY_MS, name_of
from processor.store.script import run
from processor.store.sync import SyncClaim, claimed_sync, is_sync

PARK_AFTER_MS = 3_600_000
# Fewer failures in a row than this tell nothing: a short trouble must not set a contact aside.
PARK_FAILURES_MIN = 12

_encode = msgspec.json.Encoder().encode
_known = msgspec.json.Decoder(Known).decode


@dataclass(frozen=True, slots=True)
class ContactState:
    """A contact as the store holds it: what is wanted, what Watbot is known to show, what was refused and why.

    In a row: `failures` of calls, `claims` by holders that died, calls that went well but were `fruitless` (settled
    nothing). `waits_since_ms` (Unix ms): since when it waits for the first sync; 0: it does not.
    """

    contact: ContactId
    wanted: Mapping[str, Wish]
    known: Known
    delivered: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, Wish] = field(default_factory=dict)
    failures: int = 0
    claims: int = 0
    fruitless: int = 0
    waits_since_ms: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work for a contact until the lease ends; `more` are still in line, `score` was its place.

    `at_ms`: when it was claimed, by the store's clock (Unix ms).
    """

    state: ContactState
    fence: int
    more: int
    score: int = 0
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call failed: the verdict's reason, the elements it was about, what Watbot said (by language)."""

    reason: str
    elements: Sequence[str] = ()
    said: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What to write down: elements settled by their stamps, refused with a reason, what Watbot now shows, stories.

    `made`: the rule for which a call was made; `shared`: the events that it carried in a createOrUpdateContact;
    `spared`: what took no call (domain/usual.py); `called`: a call was answered well. A contact that is released with
    something left stands in line again by what is left, not before `score`; one that is to wait (for the first sync) is
    looked at again after `delay_ms`, or when something is learnt of it or wished; one that fails (`then="retry"`) for
    long while others get through is parked for `failure`.
    """

    settled: Mapping[str, str] = field(default_factory=dict)
    refused: Sequence[tuple[Wish, str]] = ()
    known: Known | None = None
    stories: Sequence[tuple[str, Mapping[str, Any]]] = ()
    made: str | None = None
    shared: Sequence[str] = ()
    spared: Sequence[Spared] = ()
    called: bool = False
    then: Literal["release", "retry", "wait"] = "release"
    delay_ms: int = 0
    score: int = 0
    failure: Failure | None = None


def claim(client: redis.Redis, *, lease_ms: int) -> Claim | SyncClaim | None:
    """Whoever is first in line, a contact or a sync, or None when nobody waits. Raises StoreError."""
    with translated():
        answer = run(client, "claim", lease_ms)
    if not answer:
        return None
    member, fence, more, flat, score, at_ms = answer
    if is_sync(member.decode()):
        return claimed_sync(member.decode(), int(fence), int(more), flat, int(at_ms))
    return Claim(decode_state(member.decode(), flat), int(fence), int(more), int(float(score)), int(at_ms))


def anybody(client: redis.Redis) -> bool:
    """Whether somebody is in line. Raises StoreError."""
    with translated():
        return bool(client.exists(name_of("ready")))


def record(
    client: redis.Redis,
    held: Claim,
    entry: Record,
    *,
    journal_days: int,
    contact_days: int,
    park_after_ms: int = PARK_AFTER_MS,
    park_failures_min: int = PARK_FAILURES_MIN,
) -> tuple[bool, bool]:
    """Write `entry` under the fence: (was it written, must a doorbell ring). Raises StoreError."""
    why = entry.failure
    said = {"said": why.said} if why and why.said else {}
    refused = {w.element: [w.stamp, body_of(w, reason=reason, **said).decode()] for w, reason in entry.refused}
    body: dict[str, Any] = {
        "settled": dict(entry.settled),
        "refused": refused,
        "stories": [(event, _encode(story).decode()) for event, story in entry.stories],
        "shared": list(entry.shared),
        "spared": entry.spared,
        "called": entry.called,
        "next": entry.then,
        "delay_ms": entry.delay_ms,
        "score": entry.score,
        "unknown": held.state.known == Known(),
    }
    if entry.made is not None:
        body["made"] = entry.made
    if entry.known is not None:
        body["known"] = _encode(entry.known).decode()
    if why is not None:
        body["why"] = {"reason": why.reason, "elements": dict.fromkeys(why.elements, True), **said}
    key, ages = held.state.contact.key, (journal_days * DAY_MS, contact_days * DAY_MS)
    with translated():
        done = run(client, "record", key, held.fence, _encode(body), *ages, park_after_ms, park_failures_min)
    return done > 0, done == 2


def state_of(client: redis.Redis, key: str) -> ContactState:
    """A contact as it stands, without claiming it. Raises StoreError; ValueError for what is no contact's key."""
    with translated():
        fields: dict[bytes, bytes] = client.hgetall(name_of("contact", key))  # type: ignore[assignment]
    return decode_state(key, [part for pair in fields.items() for part in pair])


def states_of(client: redis.Redis, keys: Sequence[str]) -> list[ContactState]:
    """Contacts as they stand, in the order of `keys`; one we know nothing of is empty. Raises as `state_of`."""
    with translated(), client.pipeline(transaction=False) as look:
        for key in keys:
            look.hgetall(name_of("contact", key))
        found: list[dict[bytes, bytes]] = look.execute()
    return [
        decode_state(key, [part for pair in fields.items() for part in pair])
        for key, fields in zip(keys, found, strict=True)
    ]


def decode_state(key: str, flat: Sequence[bytes]) -> ContactState:
    """A contact from its hash, names and values in turn. Raises ValueError for what is no contact's key."""
    fields = {flat[i].decode(): flat[i + 1] for i in range(0, len(flat), 2)}

    def part(prefix: str) -> dict[str, bytes]:
        return {name[2:]: value for name, value in fields.items() if name.startswith(prefix)}

    known = fields.get("known")
    return ContactState(
        contact=ContactId.from_key(key),
        wanted={element: decode_wish(element, held) for element, held in part("w:").items()},
        known=_known(known) if known else Known(),
        delivered={element: stamp.decode() for element, stamp in part("d:").items()},
        refused={element: decode_wish(element, held) for element, held in part("x:").items()},
        failures=int(fields.get("failures", 0)),
        claims=int(fields.get("claims", 0)),
        fruitless=int(fields.get("fruitless", 0)),
        waits_since_ms=int(fields.get("waits_since", 0)),
    )
