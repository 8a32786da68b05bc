"""A first sync's turn: what a page of Watbot's list of contacts taught us is written down, chunk by chunk."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from processor.domain.sync import Sync
from processor.log import logger
from processor.store.connection import Store
from processor.store.gauges import memory_short
from processor.store.pace import Departure, Outcome, Pace
from processor.store.sync import CHUNK, Shown, SyncClaim, SyncRecord, confirm, read_known
from workers.answered import outcome_of
from workers.listed import after_page, asked, confirmed, counted, listed
from workers.verdict import Retry, Stop, Wait, verdict
from workers.watbot.client import WatbotClient
from workers.watbot.contact import Contact, ContactPage
from workers.watbot.errors import WatbotNonsense

_log = logger("backfill")


@dataclass(frozen=True, slots=True)
class PageFailed:
    """`entry` goes into the store, `outcome` to the pace; `rest_ms` above zero lets the whole account rest."""

    entry: SyncRecord
    outcome: Outcome
    reason: str
    rest_ms: int = 0


@dataclass(frozen=True, slots=True)
class Backfill:
    """Reads pages and writes them down.

    It stops where more than `percent_max` of the store's memory is in use: events need the rest.
    """

    client: Store
    watbot: WatbotClient
    pace: Pace
    ring: Callable[[], None]
    contact_days: int
    percent_max: int

    def read(self, held: SyncClaim, departure: Departure) -> SyncRecord:
        """The call for the next page, which leaves now. Gives what to record. Raises StoreError."""
        asking, asked_ms = asked(held.sync), held.at_ms
        try:
            page = self.watbot.contact_page(
                bot_id=asking.bot, date_to_s=asking.date_to_s, count=asking.count, page=asking.page
            )
        except Exception as error:  # noqa: BLE001  the verdict is total
            jitter = random.random()  # noqa: S311  spreads retries, guards nothing
            failed = after_page_error(held.sync, error, jitter=jitter, throttled=departure.throttled)
            sent_ms, rest_ms = self.watbot.sent_ms(), failed.rest_ms
            _, rests_ms = self.pace.landed(
                departure, failed.outcome, sent_ms=sent_ms, rest_ms=rest_ms, reason=failed.reason
            )
            _log.warning("page failed", bot=asking.bot, page=asking.page, reason=failed.reason, rests_ms=rests_ms)
            return replace(failed.entry, delay_ms=rests_ms) if rests_ms else failed.entry
        self.pace.landed(departure, "ok", sent_ms=self.watbot.sent_ms())
        return self.keep(held, page, asked_ms=asked_ms)

    def needless(self, held: SyncClaim) -> SyncRecord | None:
        """What to write down instead of a call, where none is to be made. Raises StoreError."""
        if held.sync.state != "running":
            return SyncRecord({})
        return self._short() if self._full() else None

    def keep(self, held: SyncClaim, page: ContactPage, *, asked_ms: int) -> SyncRecord:
        """Write down what `page` shows; a crash meanwhile only repeats it. `asked_ms`: before the call left (Unix ms).

        Gives what to record. Raises StoreError.
        """
        found = listed(page, held.sync.bot)
        sums = Counter(skipped=found.skipped)
        rows = list(found.contacts.items())
        for start in range(0, len(rows), CHUNK):
            if start and self._full():
                return self._short()
            sums.update(self._confirm(rows[start : start + CHUNK], asked_ms))
        changes = after_page(held.sync, page)
        for name, count in sums.items():
            changes[name] = int(getattr(held.sync, name)) + count
        if "state" in changes:
            _log.info("sync ended", bot=held.sync.bot, state=changes["state"], contacts=changes["contacts"])
        return SyncRecord(changes)

    def _confirm(self, rows: Sequence[tuple[str, Contact]], asked_ms: int) -> dict[str, int]:
        before = read_known(self.client, [key for key, _ in rows])
        after = [confirmed(known, row, asked_ms=asked_ms) for (_, known), (_, row) in zip(before, rows, strict=True)]
        shown = [
            Shown(key, text, known)
            for (key, _), (text, _), known in zip(rows, before, after, strict=True)
            if known is not None
        ]
        written, ring = confirm(self.client, shown, contact_days=self.contact_days) if shown else (0, False)
        if ring:
            self.ring()
        return counted([known for _, known in before], after, written)

    def _full(self) -> bool:
        return memory_short(self.client, percent_max=self.percent_max)

    def _short(self) -> SyncRecord:
        _log.warning("sync stopped: memory is short", percent_max=self.percent_max)
        return SyncRecord({"state": "memory"})


def after_page_error(sync: Sync, error: Exception, *, jitter: float, throttled: int) -> PageFailed:
    """The verdict over a page that could not be read; `throttled`: 429s in a row before. Pure."""
    judged = verdict(error, max(sync.failures, throttled) + 1, jitter)
    reason: dict[str, int | str | tuple[int, ...]] = {"reason": judged.reason}
    hopeless = isinstance(error, WatbotNonsense) and error.kind == "address"
    match judged:
        case Wait() | Stop():
            outcome: Outcome = "throttled" if isinstance(judged, Wait) else "stopped"
            return PageFailed(SyncRecord(reason), outcome, judged.reason, judged.delay_ms)
        case Retry() if not hopeless:
            entry = SyncRecord(reason, then="retry", delay_ms=judged.delay_ms)
            return PageFailed(entry, outcome_of(error), judged.reason)
        case _:
            return PageFailed(SyncRecord(reason | {"state": "failed"}), outcome_of(error), judged.reason)
