"""First syncs seen from the contacts: when they begin, and who waits for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from processor.domain.diff import Difference
from processor.domain.sync import Sync, name_wait_ms, untold
from processor.domain.usual import spared_calls
from processor.log import logger
from processor.rules.book import RulesBook
from processor.store.connection import Store
from processor.store.contacts import ContactState, Record
from processor.store.sync import ask_sync, sync_of

_log = logger("sync")


@dataclass(frozen=True, slots=True)
class Told:
    """What the first sync means for a contact: whether it may yet be told of, and how far the sync has come."""

    untold: bool = False
    sync: Sync | None = None

    def waiting(self, state: ContactState, look: Difference, now_ms: int) -> Difference:
        """`look`, without its calls where the contact had better wait."""
        if not (self.untold and look.calls):
            return look
        since_ms = state.waits_since_ms
        wait_ms = name_wait_ms(state.wanted, state.known, self.sync, waits_since_ms=since_ms, now_ms=now_ms)
        return replace(look, calls=(), wait_ms=wait_ms) if wait_ms else look


class FirstSyncs:
    """Begins the sync of each bot of the rules that never had one, when `wanted`; looks again when the rules change."""

    def __init__(self, client: Store, book: RulesBook, *, wanted: bool) -> None:
        self._client = client
        self._book = book
        self._wanted = wanted
        self._version = ""
        # A bot that was synced once stays so: from then on this costs no look at the store.
        self._complete: set[int] = set()

    def begin(self) -> None:
        """Look at the rules: a changed file may name a bot that was never synced. Raises StoreError."""
        rules = self._book.current()
        if not self._wanted or rules.version == self._version:
            return
        for bot in rules.bots:
            if ask_sync(self._client, bot, "first").changed:
                _log.info("first sync begins", bot=bot)
        self._version = rules.version

    def told(self, state: ContactState) -> Told:
        """What is known of `state`'s bot; a contact that we know needs no sync. Raises StoreError."""
        bot = state.contact.bot
        if state.known.watbot_id is not None or bot in self._complete:
            return Told()
        sync = sync_of(self._client, bot)
        if sync and sync.complete_ms:
            self._complete.add(bot)
        return Told(untold(sync, expected=self._wanted and bot in self._book.current().bots), sync)


def waits(
    state: ContactState, look: Difference, stories: list[tuple[str, Mapping[str, Any]]], *, now_ms: int
) -> Record:
    """The record of a contact that waits, with the stories of what needed no call; its events are told once."""
    open_events = dict.fromkeys(wish.event for element, wish in state.wanted.items() if element not in look.settled)
    if not state.waits_since_ms:
        stories = stories + [(event, {"what": "waits_for_sync", "at": now_ms}) for event in open_events]
    settled = {element: state.wanted[element].stamp for element in look.settled}
    spared = spared_calls(state.wanted, settled)
    return Record(settled=settled, stories=stories, spared=spared, then="wait", delay_ms=look.wait_ms)
