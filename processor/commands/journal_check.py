"""`check --journal`: the rules beside what really came."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from processor.domain.event import Event
from processor.domain.rule import Ruleset
from processor.errors import NotFound, Unreadable
from processor.fault import Fault
from processor.rules.file import read_rules
from processor.rules.hygiene import journal_warnings_of
from processor.sources.registry import preset_of
from processor.store.connection import Store
from processor.store.journal import newest, story_of
from processor.story import rules_without_secrets


def warnings_by_journal(path: Path, store: Store, limit: int) -> tuple[Fault, ...]:
    """Warnings from the last `limit` deliveries, read as the file's sources read them.

    Raises FaultsFound, NotFound, StoreError.
    """
    text = read_rules(path)
    rules = rules_without_secrets(text, path.name)
    return journal_warnings_of(rules, _events(rules, store, limit))


def _events(rules: Ruleset, store: Store, limit: int) -> Iterator[Event]:
    """The newest first; what has gone meanwhile, cannot be read or is of no source of the file is passed over."""
    for row in newest(store, limit=limit):
        source = rules.sources.get(row.source)
        if source is None:
            continue
        try:
            delivery = story_of(store, row.id).delivery
            yield from preset_of(source).normalise(delivery, source) if delivery else ()
        except (NotFound, Unreadable):
            continue
