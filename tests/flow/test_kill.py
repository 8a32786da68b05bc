"""Processes die at any line: in the middle of a call, all at once, or asked politely under load."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.flow.traffic import RULES, Buyer, Traffic, wrongs
from tests.harness.line import Line
from tests.harness.sandbox import SandboxProcess
from tests.harness.waiting import wait_until

FAST = {"WATBOT_API_TOKEN": "flow", "WATBOT_RATE": "100/s", "LEASE_MS": "4000", "WATBOT_TIMEOUT_MS": "1000"}


@pytest.fixture
def watbot() -> Iterator[SandboxProcess]:
    """Watbot lives elsewhere: it outlives all that is killed here."""
    with SandboxProcess(rate="off") as process:
        yield process


def _bad(traffic: Traffic, watbot: SandboxProcess) -> list[str]:
    shown = {f"+{contact['phone']}": contact for contact in watbot.contacts()}
    missing = [b.phone for b in traffic.buyers if b.acknowledged and b.phone not in shown]
    known: list[Buyer] = [b for b in traffic.buyers if b.acknowledged and b.phone in shown]
    return missing + [wrong for buyer in known for wrong in wrongs(buyer, shown[buyer.phone])]


def test_a_worker_killed_in_the_middle_of_a_call(watbot: SandboxProcess) -> None:
    """Whether the call took effect or not, doubt is resolved by doing it again."""
    with Line(rules=RULES, WATBOT_BASE_URL=watbot.url, **FAST) as line:
        watbot.fault(calls=1, cut=None, delay_ms=800, path="createOrUpdateContact")
        traffic = Traffic(f"{line.url}/hooks/shop", buyers=1, threads=1, seed=1)
        traffic.start()
        wait_until(lambda: watbot.faults() == [], what="a call is under way")
        line.kill("worker")
        traffic.stop()
        line.wait_until_quiet()
        assert _bad(traffic, watbot) == []
        assert {row["state"] for row in line.events()} == {"done"}


def test_everything_killed_at_once_and_started_again(watbot: SandboxProcess) -> None:
    with Line(rules=RULES, WATBOT_BASE_URL=watbot.url, **FAST) as line:
        watbot.fault(calls=1000, status=503)
        traffic = Traffic(f"{line.url}/hooks/shop", buyers=8, threads=2, seed=2)
        traffic.start()
        wait_until(lambda: traffic.acknowledged > 60, what="traffic flows")
        traffic.stop()
        line.kill_everything()
        watbot.clear_faults()
        line.start()
        line.wait_until_quiet(timeout_s=120)
        assert _bad(traffic, watbot) == []
        assert len(line.events()) == traffic.acknowledged


def test_stopping_under_load_finishes_or_hands_back(watbot: SandboxProcess) -> None:
    with Line(rules=RULES, WATBOT_BASE_URL=watbot.url, **FAST) as line:
        watbot.fault(calls=1000, delay_ms=200)
        traffic = Traffic(f"{line.url}/hooks/shop", buyers=8, threads=2, seed=3)
        traffic.start()
        wait_until(lambda: traffic.acknowledged > 20, what="traffic flows")
        traffic.stop()
        started = time.monotonic()
        assert line.stop() == 0, "everything stopped by itself"
        assert time.monotonic() - started < 30
        watbot.clear_faults()
        line.start()
        line.wait_until_quiet()
        assert _bad(traffic, watbot) == []
        assert {row["state"] for row in line.events()} == {"done"}
