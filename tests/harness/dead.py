"""Short ways to refuse, to fail and to park a contact in a real store."""

from __future__ import annotations

import redis

from processor.domain.wish import Wish
from processor.store.contacts import Claim, Failure, Record, claim, record
from processor.store.dead import DeadLetter, Search, dead_letters
from processor.store.journal import Story
from processor.store.keys import name_of
from processor.store.sweep import sweep
from tests.harness.store import StoreProcess
from tests.harness.stored import CONTACT, delivery, take_in

OTHER = "1:whatsapp:+79000000002"
FAILURE = Failure("nonsense_html", ("status",), {"ru": "страница HTML", "en": "an HTML page"})
SAID = {"ru": "Неверный адрес", "en": "Wrong address"}
DAYS = {"journal_days": 30, "contact_days": 400}


def email(value: str, stamp: str, event: str, rule: str = "r") -> Wish:
    """A wish for the e-mail."""
    return Wish(element="field:email", value=value, stamp=stamp, event=event, rule=rule)


def take_in_events(process: StoreProcess, *names: str) -> None:
    """Take in deliveries of these names."""
    take_in(process.settings, [(delivery(name), name) for name in names])


def claimed(client: redis.Redis) -> Claim:
    """Whoever is first in line, claimed."""
    held = claim(client, lease_ms=60_000)
    assert isinstance(held, Claim)
    return held


def fail(client: redis.Redis, failure: Failure | None = FAILURE, *, others: bool = True, **limits: int) -> None:
    """The contact first in line fails; before that, somebody else got through or not."""
    held = claimed(client)
    if others:
        client.hset(name_of("account"), "last_ok_ms", 10**14)
    entry = Record(then="retry", delay_ms=60_000, failure=failure)
    record(client, held, entry, **DAYS, **({"park_after_ms": 0} | limits))
    client.hset(name_of("account"), "last_ok_ms", 0)
    if client.zscore(name_of("due"), CONTACT):
        client.zadd(name_of("due"), {CONTACT: 0})
        sweep(client, worker="w")


def parked(client: redis.Redis) -> DeadLetter | None:
    """The letter of a parked contact."""
    return next((letter for letter in dead_letters(client, Search()) if letter.parked), None)


def park(client: redis.Redis) -> DeadLetter:
    """The contact first in line fails until it is parked."""
    while (letter := parked(client)) is None:
        fail(client)
    return letter


def refuse(client: redis.Redis, *elements: str, reason: str = "refused") -> None:
    """Whoever is first in line has these refused and the rest settled."""
    held = claimed(client)
    wanted = held.state.wanted
    settled = {element: one.stamp for element, one in wanted.items() if element not in elements}
    refused = [(wanted[element], reason) for element in elements]
    record(client, held, Record(settled=settled, refused=refused, failure=Failure(reason, elements, SAID)), **DAYS)


def told(story: Story) -> list[str]:
    """What an event's story has, entry by entry."""
    return [entry["what"] for entry in story.entries]


def waits(client: redis.Redis, contact: str = CONTACT) -> list[str]:
    """The lines in which the contact stands."""
    return [short for short in ("ready", "lease", "due") if client.zscore(name_of(short), contact) is not None]
