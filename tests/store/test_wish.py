"""Wishes merge by their stamps, atomically, and every event knows what became of its own."""

from __future__ import annotations

from typing import Any

import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processor.domain.wish import Wish, merge, stamp_of
from processor.store.contacts import Claim, Record, claim, record, state_of
from processor.store.journal import story_of
from processor.store.keys import name_of
from tests.harness.store import StoreProcess
from tests.harness.stored import CONTACT, delivery, status, take_in, wished


def _settle_all(client: redis.Redis) -> None:
    held = claim(client, lease_ms=10_000)
    assert isinstance(held, Claim)
    settled = {element: wish.stamp for element, wish in held.state.wanted.items()}
    assert record(client, held, Record(settled=settled, then="release"), journal_days=30, contact_days=400) == (
        True,
        False,
    )


def test_the_newest_stamp_wins_whichever_comes_first(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("old"), "1"), (delivery("new"), "2")])
    wished(store, "new", status("Оплачен", stamp_of(2_000, 9_000, 2), "new"))
    late = wished(store, "old", status("Создан", stamp_of(1_000, 9_000, 1), "old"))
    assert late.outdated == ("status",)
    assert state_of(store, CONTACT).wanted["status"].value == "Оплачен"
    assert story_of(store, "old").row.state == "done"
    assert story_of(store, "new").row.state == "planned"


def test_a_late_delivery_cannot_undo_what_was_already_sent(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("old"), "1"), (delivery("new"), "2")])
    wished(store, "new", status("Оплачен", stamp_of(2_000, 9_000, 2), "new"))
    _settle_all(store)
    assert wished(store, "old", status("Создан", stamp_of(1_000, 9_000, 1), "old")).outdated == ("status",)
    assert state_of(store, CONTACT).wanted == {}
    assert store.zcard(name_of("ready")) == 0


def test_a_status_of_a_row_that_comes_in_while_a_newer_one_is_sent_is_not_sent_after_it(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    take_in(store_process.settings, [(delivery("old"), "1"), (delivery("new"), "2")])
    older, newer = stamp_of(1_000, 9_000, 1), stamp_of(2_000, 9_000, 2)
    wished(store, "new", status("Оплачен", newer, "new"))
    held = claim(store, lease_ms=10_000)
    assert isinstance(held, Claim)
    row = Wish(element=f"status:{older}:0000", value="Создан", stamp=older, event="old", rule="r")
    assert wished(store, "old", row).outdated == (), "that the newer one is on its way is not known here"
    entry = Record(settled={"status": newer}, called=True)
    assert record(store, held, entry, journal_days=30, contact_days=400) == (True, False)
    assert state_of(store, CONTACT).wanted == {}
    story = story_of(store, "old")
    assert (story.row.state, story.entries[-1]["what"]) == ("done", "outdated")


def test_the_superseded_event_is_finished_and_told_by_whom(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("a"), "1"), (delivery("b"), "2")])
    wished(store, "a", status("1", stamp_of(1, 9, 1), "a"))
    wished(store, "b", status("2", stamp_of(2, 9, 2), "b"))
    story = story_of(store, "a")
    assert story.row.state == "done"
    assert story.entries[-1]["what"] == "superseded"
    assert story.entries[-1]["by"] == "b"
    assert store.pttl(name_of("event", "a")) > 0, "a finished event ages"


def test_applying_a_delivery_again_changes_nothing(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("a"), "1")])
    wish = status("1", stamp_of(1, 9, 1), "a")
    assert wished(store, "a", wish).state == "planned"
    assert wished(store, "a", wish).state == "again"
    assert story_of(store, "a").row.open == 1


def test_a_wish_renewed_during_the_call_stays(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("a"), "1"), (delivery("b"), "2")])
    wished(store, "a", status("1", stamp_of(1, 9, 1), "a"))
    held = claim(store, lease_ms=10_000)
    assert isinstance(held, Claim)
    wished(store, "b", status("2", stamp_of(2, 9, 2), "b"))
    assert claim(store, lease_ms=10_000) is None, "one holder a contact"
    entry = Record(settled={"status": stamp_of(1, 9, 1)}, then="release")
    assert record(store, held, entry, journal_days=30, contact_days=400)[0]
    again = claim(store, lease_ms=10_000)
    assert isinstance(again, Claim)
    assert again.state.wanted["status"].value == "2"
    assert again.fence > held.fence


def test_a_holder_that_lost_its_lease_writes_nothing(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("a"), "1")])
    wished(store, "a", status("1", stamp_of(1, 9, 1), "a"))
    held = claim(store, lease_ms=10_000)
    assert isinstance(held, Claim)
    store.hset(name_of("holder"), CONTACT, held.fence + 1)
    entry = Record(settled={"status": stamp_of(1, 9, 1)}, then="release")
    assert record(store, held, entry, journal_days=30, contact_days=400) == (False, False)
    assert "status" in state_of(store, CONTACT).wanted


_ELEMENTS = st.sampled_from(["status", "tag:A", "tag:B", "utm:last", "utm:first", "field:name"])
_WISHES = st.lists(st.tuples(_ELEMENTS, st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=_WISHES)
def test_the_store_merges_as_the_law_says(
    store_process: StoreProcess, store: redis.Redis, plan: list[tuple[str, int, int]]
) -> None:
    """The Lua script and domain/wish.py agree over any wishes in any order."""
    store.flushall()
    take_in(store_process.settings, [(delivery(f"d{n}"), str(n)) for n in range(len(plan))])
    law: dict[str, Wish] = {}
    for n, (element, at_ms, number) in enumerate(plan):
        one = Wish(element=element, value=n, stamp=stamp_of(at_ms, 9, number), event=f"d{n}", rule="r")
        wished(store, f"d{n}", one)
        law = merge(law, {element: one})
    held: dict[str, Any] = {e: (w.stamp, w.value) for e, w in state_of(store, CONTACT).wanted.items()}
    assert held == {e: (w.stamp, w.value) for e, w in law.items()}
    open_ = [story_of(store, f"d{n}").row.open for n in range(len(plan))]
    assert sum(open_) == len(law), "an event counts exactly the wishes it still has"
