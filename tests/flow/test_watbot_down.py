"""Watbot is down or refuses the token: events are accepted, nothing is burnt, one call at a time tries, all arrives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.harness.line import Line
from tests.harness.sandbox import SandboxProcess
from tests.harness.waiting import wait_until

FAST = {"WATBOT_API_TOKEN": "flow", "WATBOT_RATE": "20/s", "LEASE_MS": "4000", "WATBOT_TIMEOUT_MS": "1000"}
RULES = """\
version: 1
bot: 1
sources: {shop: {preset: generic, proof: none, event: event}}
rules:
  - name: r
    when: {event: order.created}
    then: {tags: Покупатель, status: Новый}
"""
BUYERS = 12


@pytest.fixture
def watbot() -> Iterator[SandboxProcess]:
    """Watbot lives elsewhere."""
    with SandboxProcess(rate="off", token="flow") as process:
        yield process


def _send(line: Line) -> None:
    for number in range(BUYERS):
        body = {"event": "order.created", "customer": {"phone": f"+790000009{number:02}", "name": "Анна"}}
        assert httpx.post(f"{line.url}/hooks/shop", json=body | {"n": number}).status_code == 202


def _account(line: Line) -> dict[str, Any]:
    answer = httpx.get(f"{line.url}/readyz")
    assert answer.status_code == 200, "events are accepted all the while"
    told: dict[str, Any] = answer.json()["checks"]["watbot"]
    return told


def test_while_watbot_is_down_it_is_tried_now_and_then_and_afterwards_all_arrives(watbot: SandboxProcess) -> None:
    with Line(rules=RULES, WATBOT_BASE_URL=watbot.url, **FAST) as line:
        watbot.fault(calls=1_000, status=503)
        _send(line)
        wait_until(lambda: _account(line)["failures"] >= 5, timeout_s=30, what="Watbot is known to be down")
        told = _account(line)
        assert told["state"] == "watbot_down"
        assert len(watbot.calls()) <= told["failures"] + 1, "hardly more calls than trials: nobody hammers"
        watbot.clear_faults()
        line.wait_until_quiet(timeout_s=60)
        assert _account(line)["state"] == "working"
        assert [(c["tags"], c["statuses"]) for c in watbot.contacts()] == [(["Покупатель"], ["Новый"])] * BUYERS
        assert {row["state"] for row in line.events()} == {"done"}


def test_a_refused_token_is_told_and_a_worker_with_another_resumes(watbot: SandboxProcess) -> None:
    with Line(rules=RULES, WATBOT_BASE_URL=watbot.url, **FAST | {"WATBOT_API_TOKEN": "old"}) as line:
        _send(line)
        wait_until(lambda: _account(line)["state"] == "token_refused", timeout_s=30, what="the token is refused")
        calls = len(watbot.calls())
        assert calls <= 3, "a refused token is not tried by everybody"
        line.stop()
        line.environ["WATBOT_API_TOKEN"] = "flow"
        line.start()
        line.wait_until_quiet(timeout_s=60)
        assert len(watbot.contacts()) == BUYERS
        assert {row["state"] for row in line.events()} == {"done"}
