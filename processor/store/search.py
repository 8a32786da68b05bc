"""Look for contacts: by their own ids, and by the events that concern them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import redis

from processor.domain.contact import ContactId
from processor.domain.terms import keys_asked
from processor.store.find import Sought, find, find_by
from processor.store.journal import Row
from processor.store.standing import Kept, kept_of


@dataclass(frozen=True, slots=True)
class Hit:
    """A contact that was found; `last` is its newest event among those looked at, None when there was none."""

    kept: Kept
    last: Row | None


def contacts_found(client: redis.Redis, terms: Sequence[str], bots: Iterable[int], *, limit: int) -> list[Hit]:
    """The contacts that the terms (domain/terms.py) lead to, those with the newest events first. Raises StoreError."""
    named = [key for key in keys_asked(terms, bots) if _is_key(key)]
    lasts: dict[str, Row | None] = {}
    for row in find_by(client, terms):
        concerned = _contacts(row)
        # Of several that one delivery concerns the one that was asked for by its own id.
        for key in [one for one in concerned if one in named] or concerned:
            lasts.setdefault(key, row)
    for key in named:
        lasts.setdefault(key, None)
    hits = _hits(client, lasts)
    return [hit for hit in hits if hit.kept.there or hit.last][:limit]


def contacts_lately(client: redis.Redis, *, limit: int) -> list[Hit]:
    """The contacts of the newest events, at most `limit`. Raises StoreError."""
    lasts: dict[str, Row | None] = {}
    for row in find(client, Sought(), limit=limit * 4).rows:
        for key in _contacts(row):
            if len(lasts) < limit:
                lasts.setdefault(key, row)
    return _hits(client, lasts)


def _hits(client: redis.Redis, lasts: dict[str, Row | None]) -> list[Hit]:
    kept = kept_of(client, list(lasts))
    return [Hit(one, last) for one, last in zip(kept, lasts.values(), strict=True)]


def _contacts(row: Row) -> list[str]:
    return [key for key in row.contact.split(", ") if _is_key(key)]


def _is_key(key: str) -> bool:
    try:
        ContactId.from_key(key)
    except ValueError:
        return False
    return True
