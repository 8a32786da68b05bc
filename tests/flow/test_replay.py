"""A rule is mended and its event replayed, in the running line: what was missing arrives, and nothing counts twice."""

from __future__ import annotations

import httpx

from processor.store.connection import connect
from processor.store.journal import newest
from tests.harness.line import Line
from tests.harness.waiting import wait_until

RULES = """\
version: 1
bot: 1
sources:
  crm: {preset: generic, token: flow-token, event: event}
rules:
  - name: Заказ
    when: {event: order.created}
    then: {tags: Покупатель, status: "Заказ {{ order.number }}", variables: {Номер: "{{ order.number }}"}}
  - name: Первый заказ
    when: {event: order.created, earlier: {count: 0}}
    then: {tags: "Промокод {{ order.coupon }}"}
"""
MENDED = RULES.replace("Промокод {{ order.coupon }}", "Первый заказ").replace('"Заказ {{', '"Заказ № {{')
DIGITS, OTHER = "79000000001", "79000000002"


def _post(line: Line, phone: str) -> str:
    body = {
        "event": "order.created",
        "customer": {"phone": f"+{phone}", "name": "Анна"},
        "order": {"number": phone[-1]},
    }
    answer = httpx.post(f"{line.url}/hooks/crm", json=body, headers={"X-Token": "flow-token"})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def _is_done(line: Line, event: str) -> bool:
    return any(row.id == event and row.state == "done" for row in newest(connect(line.settings), limit=10))


def _tags(line: Line, phone: str) -> list[str]:
    return sorted(line.contacts().get(phone, {}).get("tags", []))


def test_a_mended_rule_reaches_an_event_that_is_replayed() -> None:
    with Line(rules=RULES) as line:
        event = _post(line, DIGITS)
        wait_until(lambda: _is_done(line, event), timeout_s=60, what="it is applied, but for the coupon")
        assert _tags(line, DIGITS) == ["Покупатель"]

        (line.folder / "rules.yaml").write_text(MENDED, "utf-8")
        wait_until(
            lambda: "Первый заказ" in _tags(line, _probe(line)), timeout_s=60, what="the worker has the new rules"
        )
        line.wait_until_quiet()
        calls = len(line.calls())

        said = line.cli("events", "replay", event, "--yes")
        assert "events: 1" in said
        assert "in line again: 1" in said
        wait_until(lambda: _tags(line, DIGITS) == ["Первый заказ", "Покупатель"], timeout_s=60, what="the tag arrives")
        wait_until(lambda: _is_done(line, event), timeout_s=60, what="nothing is left")
        assert len(line.calls()) == calls + 2, "the tag, and the status that reads otherwise now"
        assert "put to the rules in force once more" in line.cli("events", "show", event)

        for _ in range(2):  # at first the probes that came before the new rules did
            calls = len(line.calls())
            assert "in line again" in line.cli("events", "replay", "--type", "order", "--since", "1h", "--yes")
            line.wait_until_quiet()
        assert len(line.calls()) == calls, "everything is so already"


def _probe(line: Line) -> str:
    """A new contact, whose event was applied."""
    phone = str(int(OTHER) + len(line.contacts()))
    event = _post(line, phone)
    wait_until(lambda: _is_done(line, event), timeout_s=60, what="the probe is applied")
    return phone
