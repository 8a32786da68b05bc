"""Rules that look back and rules that wait, in the running line: kills and restarts change nothing of what they do."""

from __future__ import annotations

import httpx

from processor.errors import StoreError
from processor.store.connection import connect
from processor.store.gauges import line as gauges
from processor.store.journal import newest
from tests.harness.line import Line
from tests.harness.waiting import wait_until

RULES = """\
version: 1
bot: 1
sources:
  crm: {preset: generic, token: flow-token, event: event}
rules:
  - name: Третий заказ
    when: {event: order.created, earlier: {count: 2}}
    then: {tags: Постоянный}
  - name: Не оплатил
    when: {event: order.created}
    after: 15s
    unless: {event: order.paid}
    then: {tags: "Не оплатил {{ order.number }}"}
"""
DIGITS = "79000000001"


def _post(line: Line, kind: str, number: int, phone: str = DIGITS) -> str:
    body = {"event": kind, "customer": {"phone": f"+{phone}", "name": "Анна"}, "order": {"number": str(number)}}
    answer = httpx.post(f"{line.url}/hooks/crm", json=body, headers={"X-Token": "flow-token"})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def _tags(line: Line, phone: str = DIGITS) -> list[str]:
    return sorted(line.contacts().get(phone, {}).get("tags", []))


def _state(line: Line, event: str) -> str:
    try:
        return next(row.state for row in newest(connect(line.settings), limit=10) if row.id == event)
    except StoreError:
        return "the store is away"


def _delayed(line: Line) -> int:
    return gauges(connect(line.settings)).delayed


def test_a_delayed_rule_acts_once_though_its_worker_and_the_store_die_while_it_waits() -> None:
    with Line(rules=RULES) as line:
        left, paid = _post(line, "order.created", 1), _post(line, "order.created", 2, "79000000002")
        wait_until(lambda: _state(line, paid) == "planned", timeout_s=30, what="both are applied and wait")
        assert line.kill("worker")
        _post(line, "order.paid", 2, "79000000002")
        assert line.kill("store")
        assert _tags(line) == [], "the hour has not come yet"
        wait_until(lambda: _tags(line) == ["Не оплатил 1"], timeout_s=90, what="the tag arrives")
        wait_until(lambda: line.quiet_or_down() and _state(line, paid) == "done", timeout_s=60, what="nothing waits")
        assert _tags(line, "79000000002") == []
        attached = [call for call in line.calls() if "Не оплатил" in str(call["body"])]
        assert len(attached) == 1, "it is sent once"
        assert _state(line, left) == "done"
        assert "Не оплатил: acts" in line.cli("events", "show", left)
        assert "needless: there came event" in line.cli("events", "show", paid)


def test_the_third_order_is_known_after_everything_was_killed() -> None:
    with Line(rules=RULES.replace("15s", "1d")) as line:
        for number in (1, 2):
            _post(line, "order.created", number)
        wait_until(lambda: _delayed(line) == 2, timeout_s=30, what="both wait")
        assert "delayed rules waiting: 2" in line.cli("queue")
        line.kill_everything()
        line.start()
        third = _post(line, "order.created", 3)
        wait_until(lambda: _tags(line) == ["Постоянный"], timeout_s=60, what="the third is known")
        assert "(before: 2)" in line.cli("events", "show", third)
        line.wait_until_quiet()
        assert httpx.get(f"{line.url}/readyz").json()["checks"]["line"]["delayed"] == 3
