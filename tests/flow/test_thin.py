"""A thin webhook in the running line: the lead is fetched from its portal, and the contact arrives whole, once."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.harness import deliveries_thin as thin
from tests.harness.line import Line
from tests.harness.peers_api import PeersApi, Reply
from tests.harness.waiting import wait_until

RULES = """\
version: 1
bot: 1
sources:
  crm: {preset: bitrix24, token: application-token-1, api: {url: "${BITRIX_API}"}}
rules:
  - name: Новый лид
    when: {event: lead.created, thin: {exists: false}}
    then: {tags: Лид, variables: {Лид: "{{ order.id }}"}, status: Новый лид}
"""
DIGITS = "79000000001"


@pytest.fixture
def portal() -> Iterator[PeersApi]:
    with PeersApi() as served:
        served.documents = {"lead:7": thin.bitrix_lead()}
        yield served


def _post(line: Line) -> str:
    answer = httpx.post(f"{line.url}/hooks/crm", content=thin.bitrix_hook(), headers=thin.FORM)
    assert answer.status_code == 200
    return str(answer.json()["id"])


def _arrived_once(line: Line) -> None:
    shown = line.contacts()[DIGITS]
    assert shown["tags"] == ["Лид"]
    assert (shown["name"], shown["utm"]["utm_source"]) == ("Анна Примерова", "yandex")
    statuses = [call for call in line.calls() if call["path"].endswith("setYsellStatus")]
    assert len(statuses) == 1


def test_a_lead_of_bitrix24_becomes_a_contact(portal: PeersApi) -> None:
    with Line(rules=RULES, BITRIX_API=portal.bitrix) as line:
        event = _post(line)
        wait_until(lambda: DIGITS in line.contacts(), timeout_s=30, what="the contact arrives")
        line.wait_until_quiet()
        _arrived_once(line)
        shown = line.cli("events", "show", event)
        assert "the sender is asked for: lead 7" in shown
        assert "the sender told: lead 7" in shown
        assert "webhook-code" not in shown + line.log.read_text("utf-8")


def test_a_worker_killed_while_it_fetches_is_followed_by_another(portal: PeersApi) -> None:
    portal.faults = [Reply(hang_s=60)]
    with Line(rules=RULES, BITRIX_API=portal.bitrix, SENDER_TIMEOUT_MS="3000") as line:
        event = _post(line)
        wait_until(lambda: len(portal.requests) == 1, timeout_s=30, what="the portal is asked")
        assert line.kill("worker")
        wait_until(lambda: DIGITS in line.contacts(), timeout_s=90, what="the contact arrives")
        line.wait_until_quiet()
        _arrived_once(line)
        assert "webhook-code" not in line.cli("events", "show", event, "--json")
