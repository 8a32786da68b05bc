"""What a person does with dead letters: want them again (perhaps edited), or give them up. One script each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import msgspec
import redis

from processor.domain.edit import Edit
from processor.store.connection import translated
from processor.store.dead import DeadLetter
from processor.store.keys import DAY_MS
from processor.store.script import run

_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Revived:
    """`wishes` are wanted again; of `outdated` ones something newer has taken the place meanwhile."""

    wishes: int
    outdated: int


def revive(
    client: redis.Redis,
    letters: Iterable[DeadLetter],
    *,
    lane: int,
    by: str,
    journal_days: int,
    edit: Edit | None = None,
) -> Revived:
    """Want `letters` of ONE contact again, in `lane` of the line. Harmless to repeat. Raises StoreError."""
    contact, elements, parked = _of_one(letters)
    ask = {"elements": elements, "parked": parked, "lane": lane, "by": by, "keep_ms": journal_days * DAY_MS}
    if edit is not None:
        ask["edit"] = {"element": edit.element, "into": edit.into, "value": edit.value}
    with translated():
        return Revived(*map(int, run(client, "revive", contact, _json(ask))))


def drop(
    client: redis.Redis,
    letters: Iterable[DeadLetter],
    *,
    by: str,
    journal_days: int,
    contact_days: int,
    waiting: Sequence[str] = (),
) -> int:
    """Give `letters` of ONE contact up for good; how many wishes went. Harmless to repeat. Raises StoreError.

    `waiting`: of a parked contact only these go; when its call failed by one of them, the rest goes on.
    """
    contact, elements, parked = _of_one(letters)
    ask = {"elements": [*elements, *waiting], "parked": parked and not waiting, "by": by}
    with translated():
        return int(run(client, "drop", contact, _json(ask), journal_days * DAY_MS, contact_days * DAY_MS))


def by_contact(letters: Iterable[DeadLetter]) -> list[list[DeadLetter]]:
    """The letters of each contact together, contacts in the order of their names."""
    ordered = sorted(letters, key=lambda letter: letter.contact)
    return [list(group) for _, group in groupby(ordered, key=lambda letter: letter.contact)]


def _of_one(letters: Iterable[DeadLetter]) -> tuple[str, list[str], bool]:
    found = list(letters)
    refused = [letter.element for letter in found if not letter.parked]
    return found[0].contact, refused, len(refused) < len(found)
