"""The list of what arrived."""

from __future__ import annotations

import redis

from processor.store.connection import connect
from tests.harness.line import Line
from tests.harness.visitor import Visitor, person
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


def test_one_events_story_is_on_one_page(owner: Visitor, store: redis.Redis) -> None:
    assert owner.get("/events/nothing").status_code == 404
    assert owner.get("/events/0123456789abcdef012345").status_code == 404


def test_the_story_tells_delivery_rules_and_calls() -> None:
    with Line() as line:
        person(connect(line.settings), "Olga", "owner")
        person(connect(line.settings), "Vera", "viewer")
        id_ = order(line, secret="demo-shop-secret").json()["id"]
        line.wait_until_quiet()
        with Visitor(f"{line.url}/console") as visitor:
            visitor.log_in("olga")
            page = visitor.see(f"/events/{id_}")
            for told in ("order.created", "The body as it came", "createOrUpdateContact", "actual:", "rules applied"):
                assert told in page, told
            phone = next(iter(line.contacts()))
            assert phone in page
            visitor.log_in("vera")
            assert phone not in visitor.see(f"/events/{id_}")
