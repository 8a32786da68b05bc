"""The worker's turn with histories and delayed rules, over a real store: decide, race, wait, act."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import redis

from processor.clock import SystemClock
from processor.domain.delivery import Delivery
from processor.rules.book import RulesBook
from processor.store.deliveries import Taken, Timer
from processor.store.durability import store_ms
from processor.store.gauges import line
from processor.store.history import history_of
from processor.store.keys import name_of
from processor.store.later import Due
from processor.store.sweep import sweep
from tests.harness.remembered import fall_due
from tests.harness.rules import ruleset
from tests.harness.store import StoreProcess
from tests.harness.stored import take_in
from tests.workers.desk import KEY, PHONE, Desk
from workers.apply import Applier
from workers.later import DEATHS_MAX, Delayed, decide_due

HOUR_MS = 3_600_000
HEAD = "version: 1\nbot: 1\nsources:\n  shop: {preset: generic, proof: none, event: event}\nrules:\n"
LEFT = """\
  - name: Бросил
    when: {event: order.created}
    after: 1h
    unless: {event: order.paid}
    then: {tags: Бросил}
"""
THIRD = """\
  - name: Третий
    when: {event: order.created, earlier: {count: 2}}
    then: {tags: "Третий {{ order.number }}"}
"""


@pytest.fixture
def desk(store_process: StoreProcess, store: redis.Redis, tmp_path: Path) -> Iterator[Desk]:
    """A desk that only applies: nobody answers at its Watbot's address."""
    made = Desk(store_process, "http://127.0.0.1:9/api/v1", tmp_path, rules=HEAD + LEFT + THIRD)
    yield made
    made.close()


def _delayed(desk: Desk, folder: Path, rules: str = HEAD + LEFT + THIRD) -> Delayed:
    (folder / "now.yaml").write_text(rules, "utf-8")
    return Delayed(
        client=desk.client,
        book=RulesBook(folder / "now.yaml", {}, demo=True, clock=SystemClock()),
        clock=desk.clock,
        ring_reconcile=lambda: desk.rung.append("reconcile"),
        stopping=lambda: False,
        journal_days=30,
    )


def _event(kind: str, number: int, at_ms: int) -> dict[str, object]:
    at = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
    return {"event": kind, "occurred_at": at, "order": {"number": str(number)}}


def _tags(desk: Desk) -> list[str]:
    return sorted(element for element in desk.state().wanted if element.startswith("tag:"))


def test_the_third_order_is_known_by_what_came_before(desk: Desk) -> None:
    now_ms = store_ms(desk.client)
    for n in range(4):
        desk.send(_event("order.created", n, now_ms - (4 - n) * 1_000))
        desk.send(_event("order.updated", n, now_ms - (4 - n) * 1_000))
    assert _tags(desk) == ["tag:Третий 2"]
    assert len(history_of(desk.client, KEY).entries) == 8, "also those that no rule asked for"


def test_an_order_of_another_contact_counts_for_nothing(desk: Desk) -> None:
    now_ms = store_ms(desk.client)
    for n, phone in enumerate((PHONE, "+79000000002", PHONE)):
        desk.send(_event("order.created", n, now_ms), phone=phone)
    assert _tags(desk) == []


def test_a_late_delivery_gets_the_answer_of_its_own_time(desk: Desk) -> None:
    now_ms = store_ms(desk.client)
    for n in (0, 1, 3):
        desk.send(_event("order.created", n, now_ms - (4 - n) * 1_000))
    assert _tags(desk) == ["tag:Третий 3"]
    desk.send(_event("order.created", 2, now_ms - 2_000))
    assert _tags(desk) == ["tag:Третий 2", "tag:Третий 3"]


def test_events_of_one_delivery_know_of_each_other(desk: Desk, store_process: StoreProcess, store: redis.Redis) -> None:
    now_ms = store_ms(store)
    events = [_event("order.created", n, now_ms - 10 + n) | {"customer": {"phone": PHONE}} for n in range(3)]
    headers = {"content-type": "application/json"}
    sent = Delivery(
        id="batch",
        source="shop",
        preset="generic",
        received_ms=now_ms,
        headers=headers,
        body=json.dumps(events).encode(),
    )
    take_in(store_process.settings, [(sent, "batch")])
    while desk.applier.step():
        pass
    assert _tags(desk) == ["tag:Третий 2"]
    assert [one.number % 100 for one in history_of(store, KEY).entries] == [0, 1, 2]


def test_appliers_that_race_over_one_contact_count_as_if_one_worked_alone(
    desk: Desk, store_process: StoreProcess, store: redis.Redis
) -> None:
    now_ms, orders = store_ms(store), 24
    headers = {"content-type": "application/json"}
    sent = []
    for n in range(orders):
        body = json.dumps(_event("order.created", n, now_ms) | {"customer": {"phone": PHONE}}).encode()
        sent.append(
            Delivery(id=f"o{n}", source="shop", preset="generic", received_ms=now_ms, headers=headers, body=body)
        )
    take_in(store_process.settings, [(one, one.id) for one in sent])
    start = Barrier(3)

    def work(applier: Applier) -> None:
        start.wait()
        while applier.step():
            pass

    own = desk.applier
    appliers = [
        Applier(store_process.client(), own.book, own.clock, lambda: None, lambda: False, own.lease_ms, 30)
        for _ in range(3)
    ]
    threads = [Thread(target=work, args=(applier,)) for applier in appliers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(history_of(store, KEY).entries) == orders
    assert len({e.rpartition(" ")[2] for e in _tags(desk)}) == len(_tags(desk))
    stories = [desk.story(one.id) for one in sent]
    assert {story.row.state for story in stories} == {"planned"}


def test_a_delayed_rule_acts_when_it_is_due_and_once(desk: Desk, tmp_path: Path) -> None:
    delayed = _delayed(desk, tmp_path)
    event = desk.send(_event("order.created", 1, store_ms(desk.client)))
    assert not delayed.step(), "not yet"
    assert (desk.story(event).row.state, desk.story(event).row.contact) == ("planned", KEY)
    assert _tags(desk) == []
    fall_due(desk.client)
    assert delayed.step()
    assert not delayed.step()
    assert _tags(desk) == ["tag:Бросил"]
    assert desk.rung == ["reconcile"]
    told = desk.story(event).entries[-1]
    assert (told["what"], told["verdicts"]) == ("due", [{"rule": "Бросил", "fate": "acts"}])


def test_one_whose_hour_has_passed_long_ago_acts_at_once_by_its_own_time(desk: Desk, tmp_path: Path) -> None:
    now_ms = store_ms(desk.client)
    desk.send(_event("order.created", 1, now_ms - 5 * HOUR_MS))
    assert _delayed(desk, tmp_path).step()
    assert desk.state().wanted["tag:Бросил"].stamp.startswith(f"{now_ms - 4 * HOUR_MS:014d}"[:11])


@pytest.mark.parametrize(
    ("paid_after_ms", "number", "acts"),
    [(60_000, 1, False), (HOUR_MS + 60_000, 1, True), (-60_000, 1, True), (60_000, 2, True)],
)
def test_what_came_meanwhile_makes_it_needless(
    desk: Desk, tmp_path: Path, paid_after_ms: int, number: int, acts: bool
) -> None:
    """Whichever arrived first: the payment is applied before the order here."""
    at_ms = store_ms(desk.client) - 5 * HOUR_MS
    paid = desk.send(_event("order.paid", number, at_ms + paid_after_ms))
    event = desk.send(_event("order.created", 1, at_ms))
    assert _delayed(desk, tmp_path).step()
    assert _tags(desk) == (["tag:Бросил"] if acts else [])
    verdict = {"rule": "Бросил", "fate": "acts"} if acts else {"rule": "Бросил", "fate": "cancelled", "by": paid}
    assert desk.story(event).entries[-1]["verdicts"] == [verdict]
    assert desk.story(event).row.state == ("planned" if acts else "done")


@pytest.mark.parametrize(
    ("rules", "fate"),
    [
        (HEAD + THIRD, "gone"),
        (HEAD + LEFT + "    enabled: false\n", "disabled"),
        (HEAD + LEFT.replace("{event: order.created}", "{event: order.created, order.total: 5}"), "unmatched"),
    ],
)
def test_the_rules_in_force_at_its_hour_decide(desk: Desk, tmp_path: Path, rules: str, fate: str) -> None:
    event = desk.send(_event("order.created", 1, store_ms(desk.client) - 5 * HOUR_MS))
    assert _delayed(desk, tmp_path, rules).step()
    assert desk.story(event).entries[-1]["verdicts"] == [{"rule": "Бросил", "fate": fate}]
    assert desk.story(event).row.state == "done"
    assert line(desk.client).delayed == 0


def test_a_new_delayed_rule_does_not_touch_what_was_applied_before(desk: Desk, tmp_path: Path) -> None:
    more = LEFT.replace("Бросил", "Ещё")
    desk.send(_event("order.created", 1, store_ms(desk.client) - 5 * HOUR_MS))
    delayed = _delayed(desk, tmp_path, HEAD + LEFT + more)
    assert delayed.step()
    assert not delayed.step()
    assert _tags(desk) == ["tag:Бросил"]


def test_one_that_kills_whoever_takes_it_is_given_up_and_told(desk: Desk) -> None:
    held = _held(deaths=DEATHS_MAX)
    outcome = decide_due(held, ruleset(HEAD + LEFT), 0, lambda _: ())
    assert (outcome.story["reason"], outcome.story["dropped"]) == ("crashed_again_and_again", ["Бросил"])
    assert not outcome.contacts


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"source": "gone"}, "source_not_in_rules"),
        ({"body": b"{"}, "unreadable"),
        ({"index": 1}, "event_not_there"),
    ],
)
def test_what_cannot_be_read_any_more_is_dropped_with_its_reason(parts: dict[str, Any], reason: str) -> None:
    outcome = decide_due(_held(**parts), ruleset(HEAD + LEFT), 0, lambda _: ())
    assert outcome.story["reason"] == reason


def test_a_crash_leaves_it_for_another_try(desk: Desk, tmp_path: Path) -> None:
    event = desk.send(_event("order.created", 1, store_ms(desk.client) - 5 * HOUR_MS))
    broken = _delayed(desk, tmp_path)
    broken.book = None  # type: ignore[assignment]
    assert broken.step()
    assert desk.story(event).entries[-1]["what"] == "crashed"
    for member, _ in desk.client.zscan_iter(name_of("later_lease")):
        desk.client.zadd(name_of("later_lease"), {member: 1})
    sweep(desk.client, worker="w")
    assert _delayed(desk, tmp_path).step()
    assert _tags(desk) == ["tag:Бросил"]


def _held(*, deaths: int = 0, source: str = "shop", body: bytes = b'{"event": "order.created"}', index: int = 0) -> Due:
    headers = {"content-type": "application/json"}
    sent = Delivery(id="d", source=source, preset="generic", received_ms=1, headers=headers, body=body)
    return Due(Timer(f"d:{index}:5", 9, index, ("Бросил",)), 5, deaths, Taken(sent, 1, 1, 1, asked=True))
