"""When something stands still, the overview says so, and what to do."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from processor.store.connection import connect
from tests.harness.line import Line
from tests.harness.sandbox import SandboxProcess
from tests.harness.visitor import Visitor, person
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


@pytest.fixture
def watbot() -> Iterator[SandboxProcess]:
    """Watbot lives elsewhere."""
    with SandboxProcess(rate="off", token="flow") as process:
        yield process


def _visit(line: Line) -> Visitor:
    person(connect(line.settings), "Olga", "owner")
    visitor = Visitor(f"{line.url}/console")
    visitor.log_in("olga")
    return visitor


def _send(line: Line, count: int) -> None:
    for number in range(count):
        body = {"event": "order.created", "customer": {"phone": f"+790000009{number:02}", "name": "Анна"}}
        assert httpx.post(f"{line.url}/hooks/shop", json=body).status_code == 202


def test_watbot_down_is_an_alarm_until_it_is_back(watbot: SandboxProcess) -> None:
    with Line(rules=RULES, WATBOT_BASE_URL=watbot.url, **FAST) as line, _visit(line) as visitor:
        assert "data-alarm=" not in visitor.see("/").replace('data-alarm="tags"', "")
        watbot.fault(calls=1_000, status=503)
        _send(line, 12)
        wait_until(lambda: 'data-alarm="watbot_down"' in visitor.see("/"), timeout_s=30, what="the alarm")
        assert "changes gather and leave by themselves" in visitor.see("/")
        watbot.clear_faults()
        line.wait_until_quiet(timeout_s=60)
        wait_until(lambda: 'data-alarm="watbot_down"' not in visitor.see("/"), timeout_s=30, what="its end")


def test_a_refused_token_and_a_faulty_file_are_alarms(watbot: SandboxProcess) -> None:
    environ = FAST | {"WATBOT_API_TOKEN": "old"}
    with Line(rules=RULES, WATBOT_BASE_URL=watbot.url, **environ) as line, _visit(line) as visitor:
        _send(line, 2)
        wait_until(lambda: 'data-alarm="token_refused"' in visitor.see("/"), timeout_s=30, what="the alarm")
        assert "set a valid WATBOT_API_TOKEN" in visitor.see("/")
        (line.folder / "rules.yaml").write_text(RULES.replace("bot: 1", "bot: one"), "utf-8")
        wait_until(lambda: 'data-alarm="rules"' in visitor.see("/"), timeout_s=30, what="the fault is told")
        assert "rules.yaml:2:6" in visitor.see("/")
        line.kill("worker")
        wait_until(lambda: 'data-alarm="workers"' in visitor.see("/"), timeout_s=30, every_s=0.05, what="no worker")
