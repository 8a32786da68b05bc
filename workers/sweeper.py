"""Rings again for what was left behind, in every worker process."""

from __future__ import annotations

import threading
from collections.abc import Callable

from processor.errors import StoreError
from processor.log import logger
from processor.store.connection import Store
from processor.store.dead import drop_old
from processor.store.sweep import sweep
from processor.store.trim import trim

EVERY_S = 0.5
# So many sweeps between two looks at the memory and at dead letters that are too old.
TRIM_EVERY = 4
LETTERS_AT_ONCE = 200

_log = logger("sweeper")


class Sweeper(threading.Thread):
    """Sweeps until `stopping`; a store that does not answer is asked again."""

    def __init__(
        self,
        client: Store,
        worker: str,
        stopping: threading.Event,
        ring_apply: Callable[[], None],
        ring_reconcile: Callable[[], None],
        ring_fetch: Callable[[], None],
        ring_later: Callable[[], None],
        look_at_rules: Callable[[], object],
        *,
        journal_fill_percent_max: int,
        journal_days: int,
        contact_days: int,
    ) -> None:
        super().__init__(name="sweeper", daemon=True)
        self._client = client
        self._worker = worker
        self._stopping = stopping
        self._ring_apply = ring_apply
        self._ring_reconcile = ring_reconcile
        self._ring_fetch = ring_fetch
        self._ring_later = ring_later
        self._look_at_rules = look_at_rules
        self._journal_fill_percent_max = journal_fill_percent_max
        self._journal_days = journal_days
        self._contact_days = contact_days

    def run(self) -> None:
        """One sweep after another; whatever fails, the next one comes."""
        silent, sweeps = False, 0
        while not self._stopping.wait(EVERY_S):
            try:
                self._once()
                silent, sweeps = False, sweeps + 1
                if sweeps % TRIM_EVERY == 0:
                    self._make_room()
                    self._drop_old_letters()
            except StoreError as error:
                if not silent:
                    _log.warning("the store does not answer", reason=str(error))
                silent = True
            except Exception:  # noqa: BLE001  without the sweeper this worker would count as dead
                _log.exception("sweeping failed")

    def _make_room(self) -> None:
        dropped = trim(self._client, percent_max=self._journal_fill_percent_max)
        if dropped:
            _log.warning("finished events dropped early: memory is short", events=dropped)

    def _drop_old_letters(self) -> None:
        dropped = drop_old(
            self._client, most=LETTERS_AT_ONCE, journal_days=self._journal_days, contact_days=self._contact_days
        )
        if dropped:
            _log.warning("dead letters older than the journal dropped", letters=dropped)

    def _once(self) -> None:
        # A changed file is taken at the second look at it: an idle worker must look too.
        self._look_at_rules()
        found = sweep(self._client, worker=self._worker)
        if found.leases_expired or found.deliveries_back:
            _log.warning("brought back", contacts=found.leases_expired, deliveries=found.deliveries_back)
        if found.ring_apply:
            self._ring_apply()
        if found.ring_reconcile:
            self._ring_reconcile()
        if found.ring_fetch:
            self._ring_fetch()
        if found.ring_later:
            self._ring_later()
