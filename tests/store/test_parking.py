"""When a contact is parked, and what folds into it or lets it go on."""

from __future__ import annotations

import pytest
import redis

from processor.domain.lane import RETRY
from processor.domain.wish import stamp_of
from processor.store.contacts import PARK_FAILURES_MIN, Failure, Record, record, state_of
from processor.store.dead import count, parked_and_refused
from processor.store.gauges import line
from processor.store.journal import story_of
from processor.store.keys import name_of
from processor.store.revive import revive
from processor.store.sweep import sweep
from tests.harness.dead import (
    DAYS,
    FAILURE,
    claimed,
    email,
    fail,
    park,
    parked,
    take_in_events,
    told,
    waits,
)
from tests.harness.store import StoreProcess
from tests.harness.stored import CONTACT, status, wished


def test_a_contact_is_parked_alone_when_it_fails_often_while_others_get_through(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    take_in_events(store_process, "a")
    wished(store, "a", status("Новый", stamp_of(1, 9, 1), "a"))
    fail(store)  # the first failure has none before it
    for _ in range(PARK_FAILURES_MIN - 1):
        fail(store)
        assert parked(store) is None
        assert waits(store) == ["ready"]
    fail(store)
    letter = parked(store)
    assert letter is not None
    assert (letter.contact, letter.reason, letter.failing) == (CONTACT, "nonsense_html", ("status",))
    assert letter.said is not None
    assert letter.said.ru == "страница HTML"
    assert [wish.value for wish in letter.wishes] == ["Новый"]
    assert waits(store) == []
    assert story_of(store, "a").row.state == "planned", "nothing of it is given up"
    assert story_of(store, "a").entries[-1]["what"] == "parked"
    assert (count(store), parked_and_refused(store), line(store).dead) == (1, (1, 0), 1)


@pytest.mark.parametrize(
    ("others", "limits", "failure"),
    [
        (False, {}, FAILURE),
        (True, {"park_after_ms": 3_600_000}, FAILURE),
        (True, {}, None),
    ],
    ids=["while nobody gets through", "before an hour is over", "while the account rests"],
)
def test_a_contact_is_not_parked(
    store_process: StoreProcess, store: redis.Redis, others: bool, limits: dict[str, int], failure: Failure | None
) -> None:
    take_in_events(store_process, "a")
    wished(store, "a", status("Новый", stamp_of(1, 9, 1), "a"))
    for _ in range(2 * PARK_FAILURES_MIN):
        fail(store, failure, others=others, **limits)
    assert parked(store) is None
    assert waits(store) == ["ready"]


def test_a_call_that_only_learnt_something_is_no_progress_but_a_settled_wish_is(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    take_in_events(store_process, "a")
    wished(store, "a", status("Новый", stamp_of(1, 9, 1), "a"), email("a@example.com", stamp_of(1, 9, 1), "a"))
    for _ in range(PARK_FAILURES_MIN):
        fail(store)
        record(store, claimed(store), Record(called=True), **DAYS)
    held = claimed(store)
    record(store, held, Record(settled={"field:email": held.state.wanted["field:email"].stamp}, called=True), **DAYS)
    fail(store)
    assert parked(store) is None, "it came nearer"
    for _ in range(PARK_FAILURES_MIN):
        fail(store)
        if parked(store) is None:
            record(store, claimed(store), Record(called=True), **DAYS)
    assert parked(store) is not None


def test_new_wishes_fold_into_a_parked_contact_and_tell_so(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in_events(store_process, "a", "b", "c")
    wished(store, "a", status("Новый", stamp_of(1, 9, 1), "a"))
    park(store)
    wished(store, "b", email("a@example.com", stamp_of(2, 9, 2), "b"))
    wished(store, "c", status("Новый", stamp_of(3, 9, 3), "c"))
    assert waits(store) == [], "the same value again mends nothing"
    letter = parked(store)
    assert letter is not None
    assert {wish.element: wish.event for wish in letter.wishes} == {"status": "c", "field:email": "b"}
    assert told(story_of(store, "b")) == ["applied", "parked"]
    assert story_of(store, "a").row.state == "done"


def test_a_parked_contact_settles_nowhere(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in_events(store_process, "a", "b")
    wished(store, "a", status("Новый", stamp_of(1, 9, 1), "a"))
    park(store)
    wished(store, "b", email("a@example.com", stamp_of(2, 9, 2), "b"), settle_ms={CONTACT: 5_000})
    assert waits(store) == []


def test_a_wish_that_may_have_mended_it_lets_it_go_on(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in_events(store_process, "a", "b")
    wished(store, "a", status("Новый", stamp_of(1, 9, 1), "a"), email("a@example.com", stamp_of(1, 9, 1), "a"))
    park(store)
    wished(store, "b", status("Оплачен", stamp_of(2, 9, 2), "b"))
    assert waits(store) == ["ready"]
    assert count(store) == 0
    assert state_of(store, CONTACT).failures == 0
    assert "resumed" in told(story_of(store, "a"))


def test_a_contact_that_kills_its_holders_is_parked(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in_events(store_process, "a")
    wished(store, "a", status("Новый", stamp_of(1, 9, 1), "a"))
    deaths = 0
    while parked(store) is None:
        claimed(store)
        deaths += 1
        for short in ("lease", "due"):
            store.zadd(name_of("lease"), {CONTACT: 0}, xx=True)
            sweep(store, worker="w")
            store.zadd(name_of("due"), {CONTACT: 0}, xx=True)
            assert deaths <= 10, short
    letter = parked(store)
    assert letter is not None
    assert (deaths, letter.reason, letter.failing) == (10, "kills_its_holder", ("status",))
    assert waits(store) == []
    revive(store, [letter], lane=RETRY, by="anna", journal_days=30)
    assert claimed(store).state.claims == 2, "it starts anew, and what the dead did is in doubt"
