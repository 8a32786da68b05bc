"""A delivery's turn: what it comes to under the rules, and the step that takes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from processor.domain.delivery import Delivery
from processor.domain.remembered import EVENTS_MAX
from processor.store.deliveries import Taken
from tests.harness.rules import ruleset
from tests.harness.store import StoreProcess
from tests.workers.desk import KEY, Desk
from workers.apply import TRIES_MAX, Outcome, decide

RULES = """\
version: 1
bot: 1
sources:
  crm: {preset: generic, token: t, event: type}
  mapped: {preset: generic, token: t, fields: {customer.phone: tel, customer.name: "{{ first }} {{ last }}"}}
rules:
  - name: Лид
    when: {event: lead.created}
    then: {tags: Лид, status: "{{ raw.status | default: 'Новый' }}"}
  - name: Долгий статус
    when: {event: lead.long}
    then: {status: "{{ raw.status }}"}
"""
LEAD = {"type": "lead.created", "customer": {"phone": "+7 900 000-00-01", "name": "Анна"}}


def _decided(body: Any, *, source: str = "crm", tries: int = 1) -> Outcome:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    delivery = Delivery(id="d", source=source, preset="generic", received_ms=1_000, headers=headers, body=raw)
    return decide(Taken(delivery, number=7, tries=tries), ruleset(RULES), now_ms=2_000)


STATES: dict[str, tuple[Any, dict[str, Any], str, str | None]] = {
    "a lead": (LEAD, {}, "planned", None),
    "an event that no rule asks for": ({"type": "lead.lost"} | {"customer": LEAD["customer"]}, {}, "ignored", None),
    "a body that cannot be read": (b'{"type": ', {}, "unreadable", "unreadable"),
    "a source that is gone from the rules": (LEAD, {"source": "gone"}, "failed", "source_not_in_rules"),
    "one that crashed again and again": (LEAD, {"tries": TRIES_MAX + 1}, "failed", "crashed_again_and_again"),
    "the last try counts": (LEAD, {"tries": TRIES_MAX}, "planned", None),
    "nobody to write to": ({"type": "lead.created", "customer": {"name": "Анна"}}, {}, "failed", None),
    "no event in an empty list": ([], {}, "ignored", None),
}


def test_a_field_that_the_mapping_could_not_fill_is_told_and_stops_nothing() -> None:
    """Under the source's name, where the problems of rules stand."""
    outcome = _decided({"type": "lead.created", "tel": "+7 900 000-00-01", "first": "Анна"}, source="mapped")
    assert outcome.state == "planned"
    (problem,) = outcome.story["problems"]
    assert (problem["rule"], problem["element"]) == ("sources.mapped.fields", "customer.name")
    assert "нет last" in problem["text"]["ru"]
    assert "no last" in problem["text"]["en"]


@pytest.mark.parametrize("name", STATES)
def test_a_delivery_comes_to_a_state_with_its_reason(name: str) -> None:
    body, more, state, reason = STATES[name]
    outcome = _decided(body, **more)
    assert (outcome.state, outcome.story.get("reason")) == (state, reason)
    assert outcome.fields["version"] == ruleset(RULES).version
    assert bool(outcome.contacts) is (state == "planned")


def test_the_wishes_carry_the_event_the_rule_and_one_stamp() -> None:
    ((key, wishes),) = _decided(LEAD).contacts
    assert key == KEY
    assert {wish.element: wish.value for wish in wishes} == {
        "field:name": "Анна",
        "tag:Лид": True,
        "status": "Новый",
    }
    assert {(wish.event, wish.rule) for wish in wishes} == {("d", "Лид")}
    assert len({wish.stamp for wish in wishes}) == 1


def test_events_of_one_delivery_keep_their_order() -> None:
    events = [LEAD | {"status": f"Шаг {n}"} for n in range(3)]
    ((_, wishes),) = _decided(events).contacts
    statuses = sorted((wish.stamp, wish.value) for wish in wishes if wish.element == "status")
    assert [value for _, value in statuses] == ["Шаг 0", "Шаг 1", "Шаг 2"]
    assert len({stamp for stamp, _ in statuses}) == 3


def test_a_delivery_has_at_most_as_many_events_as_the_journal_can_number() -> None:
    assert _decided([LEAD] * EVENTS_MAX).state == "planned"
    too_many = _decided([LEAD] * (EVENTS_MAX + 1))
    assert (too_many.state, too_many.story["reason"]) == ("unreadable", "unreadable")
    assert str(EVENTS_MAX) in too_many.story["text"]["en"]


def test_what_a_rule_could_not_wish_is_told() -> None:
    outcome = _decided({"type": "lead.long", "status": "я" * 65, "customer": LEAD["customer"]})
    (problem,) = outcome.story["problems"]
    assert (problem["rule"], problem["element"]) == ("Долгий статус", "status")
    assert problem["text"]["ru"]
    assert problem["text"]["en"]


def test_nothing_of_the_raw_body_is_written_twice() -> None:
    (event,) = json.loads(_decided(LEAD).fields["events"])
    assert event.get("raw") is None
    assert event["customer"]["phone"] == "+79000000001"


@pytest.fixture
def desk(store_process: StoreProcess, store: redis.Redis, tmp_path: Path) -> Iterator[Desk]:
    """A desk that only applies: nobody answers at its Watbot's address."""
    made = Desk(store_process, "http://127.0.0.1:9/api/v1", tmp_path)
    yield made
    made.close()


def test_a_step_applies_what_waits_and_rings_once(desk: Desk) -> None:
    assert not desk.applier.step(), "nothing waits"
    events = [desk.send({"tag": f"t{n}"}) for n in range(3)]
    assert [desk.story(event).row.state for event in events] == ["planned"] * 3
    assert set(desk.state().wanted) == {"field:name", "tag:t0", "tag:t1", "tag:t2"}
    assert desk.rung == ["reconcile"], "one bell is on its way; another would find nothing new"
    assert not desk.applier.step()


def test_an_applier_that_is_to_stop_takes_nothing(desk: Desk) -> None:
    desk.applier.stopping = lambda: True
    event = desk.send({"tag": "a"})
    assert desk.story(event).row.state == "queued"
