"""The list of what arrived."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import redis

from processor.store.connection import connect
from tests.harness.line import Line
from tests.harness.visitor import Visitor, person
from tests.web.asking import order
from tests.web.receiver import EMAIL, PHONE, Receiver


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


def test_events_are_found_by_phone_order_and_contact(store: redis.Redis) -> None:
    with Line() as line:
        person(connect(line.settings), "Olga", "owner")
        first = order(line, number=1001, secret="demo-shop-secret").json()["id"]
        second = order(line, number=1002, secret="demo-shop-secret").json()["id"]
        line.wait_until_quiet()
        with Visitor(f"{line.url}/console") as visitor:
            visitor.log_in("olga")
            for asked in (PHONE, "8 900 000-00-77", EMAIL.upper(), f"1:whatsapp:{PHONE}"):
                page = visitor.see(f"/events?{urlencode({'q': asked})}")
                assert first in page, asked
                assert second in page, asked
            page = visitor.see(f"/events?{urlencode({'q': '№1002'})}")
            assert second in page
            assert first not in page
            assert "no such event" in visitor.see("/events?q=1003")
        rows = json.loads(line.cli("events", "list", "--find", "8 (900) 000-00-77", "--json"))
        assert [row["id"] for row in rows] == [second, first]
        assert json.loads(line.cli("events", "list", "--find", "№ 1001", "--json", "--limit", "1"))[0]["id"] == first
