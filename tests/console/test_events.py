"""The list of what arrived."""

from __future__ import annotations

import redis

from tests.harness.visitor import Visitor
from tests.web.asking import order
from tests.web.receiver import Receiver


def test_events_are_listed_and_filtered(receiver: Receiver, store: redis.Redis, owner: Visitor) -> None:
    assert "No event yet" in owner.see("/events")
    id_ = order(receiver).json()["id"]
    assert f"/console/events/{id_}" in owner.see("/events")
    assert id_ in owner.see("/events?source=shop&state=queued&since=2020-01-01")
    assert "no such event" in owner.see("/events?source=crm")
    assert "no such event" in owner.see("/events?until=2020-01-01")
    assert id_ in owner.see("/events?since=nonsense&before=x"), "what is no date filters nothing"
    answer = owner.get(f"/events?q={id_}")
    assert answer.headers["location"] == f"/console/events/{id_}"
