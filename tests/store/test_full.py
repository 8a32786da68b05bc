"""A full store refuses what is new and lets everything drain that it has acknowledged."""

from __future__ import annotations

import pytest

from processor.clock import SystemClock
from processor.domain.wish import stamp_of
from processor.errors import StoreFull
from processor.rate import parse_rate
from processor.store.contacts import Claim, Record, claim, record
from processor.store.deliveries import take, tell
from processor.store.journal import story_of
from processor.store.pace import Pace
from processor.store.sweep import sweep
from processor.store.trim import trim
from tests.harness.store import StoreProcess
from tests.harness.stored import delivery, status, take_in, wished


def test_above_its_memory_the_store_drains_and_takes_nothing_in() -> None:
    with StoreProcess(intake_wait_ms=0) as process:
        client = process.client()
        take_in(process.settings, [(delivery(f"d{n}"), str(n)) for n in range(3)])
        client.config_set("maxmemory", "1mb")
        with pytest.raises(StoreFull):
            take_in(process.settings, [(delivery("new"), "new")])
        assert [taken.delivery.id for taken in take(client, most=2, lease_ms=1_000)] == ["d0", "d1"]
        tell(client, "d0", {"what": "note"})
        assert wished(client, "d0", status("S", stamp_of(1, 9, 1), "d0")).state == "planned"
        assert sweep(client, worker="w").ring_reconcile in (True, False)
        held = claim(client, lease_ms=1_000)
        assert isinstance(held, Claim)
        pace = Pace(client, parse_rate("2/s"), SystemClock())
        departure = pace.take()
        assert departure is not None
        pace.landed(departure, "ok")
        settled = {"status": stamp_of(1, 9, 1)}
        told = [("d0", {"what": "call"})]
        entry = Record(settled=settled, stories=told, then="release")
        assert record(client, held, entry, journal_days=30, contact_days=400)[0]
        pace.rest(1, "throttled")
        assert story_of(client, "d0").row.state == "done"
        assert trim(client, percent_max=1) == 1
