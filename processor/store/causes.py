"""Why a contact is as it is: for each element the event, the rule and the version of the rules that wished it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import redis

from processor.domain.wish import is_status, number_in
from processor.store.connection import translated
from processor.store.keys import name_of


@dataclass(frozen=True, slots=True)
class Cause:
    """What wished an element: `at_ms` (Unix) is when the rules were applied, `value` what was wished then."""

    event: str
    rule: str
    version: str
    value: Any
    at_ms: int


def causes_of(client: redis.Redis, contact: str, delivered: Mapping[str, str]) -> dict[str, Cause]:
    """By element, as far as the journal goes back. `delivered` holds the stamps of what was settled, by element.

    A stamp names the delivery by its number, however many came since. Raises StoreError.
    """
    numbers = {element: number_in(stamp) for element, stamp in delivered.items()}
    ids = _events(client, set(numbers.values()))
    stories = _stories(client, set(ids.values()))
    causes = {element: _cause(ids.get(number, ""), contact, element, stories) for element, number in numbers.items()}
    return {element: cause for element, cause in causes.items() if cause}


def versions_of(client: redis.Redis, events: Iterable[str]) -> dict[str, str]:
    """The version of the rules that decided each of these events. Raises StoreError."""
    ids = list(dict.fromkeys(events))
    with translated(), client.pipeline(transaction=False) as look:
        for id_ in ids:
            look.hget(name_of("event", id_), "version")
        return {id_: (version or b"").decode() for id_, version in zip(ids, look.execute(), strict=True)}


def _events(client: redis.Redis, numbers: set[int]) -> dict[int, str]:
    wanted = sorted(numbers)
    with translated(), client.pipeline(transaction=False) as look:
        for number in wanted:
            look.zrange(name_of("journal"), number, number, byscore=True)
        return {number: ids[0].decode() for number, ids in zip(wanted, look.execute(), strict=True) if ids}


def _stories(client: redis.Redis, events: set[str]) -> dict[str, list[dict[str, Any]]]:
    ids = sorted(events)
    with translated(), client.pipeline(transaction=False) as look:
        for id_ in ids:
            look.lrange(name_of("story", id_), 0, -1)
        told = look.execute()
    return {id_: [msgspec.json.decode(entry) for entry in entries] for id_, entries in zip(ids, told, strict=True)}


def _cause(event: str, contact: str, element: str, stories: Mapping[str, Iterable[Mapping[str, Any]]]) -> Cause | None:
    found = None
    for entry in stories.get(event, ()):
        for change in entry.get("changes", ()):
            if change["contact"] == contact and _same(change["element"], element):
                found = Cause(event, change["rule"], entry.get("rules", ""), change["value"], entry.get("at", 0))
    return found


def _same(one: str, other: str) -> bool:
    """One status of a row is delivered as the status itself."""
    return one == other or (other == "status" and is_status(one))
