"""kill -9 of worker, receiver and store under traffic: nothing is lost, nothing counts twice, order is kept.

CHAOS_KILLS (8) and CHAOS_SEED (1) choose how many and which; the long run is
`CHAOS_KILLS=200 uv run pytest -s tests/flow/test_chaos.py`.
"""

from __future__ import annotations

import os
import random
import threading
import time

import pytest

from tests.flow.traffic import RULES, Traffic, wrongs
from tests.harness.line import Line
from tests.harness.sandbox import SandboxProcess
from tests.harness.waiting import wait_until

KILLS = int(os.environ.get("CHAOS_KILLS", "8"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))


@pytest.mark.chaos
@pytest.mark.timeout(60 + KILLS * 6)
@pytest.mark.parametrize("tags", ["add", "replace"])
def test_nothing_is_lost_or_done_twice_whatever_is_killed(tags: str) -> None:
    rng = random.Random(SEED)
    settings = {"WATBOT_API_TOKEN": "chaos", "WATBOT_RATE": "200/s", "LEASE_MS": "4000", "LOG_LEVEL": "warning"}
    settings["WATBOT_TIMEOUT_MS"] = "1000"
    with (
        SandboxProcess(tags=tags, utm="store", rate="off") as watbot,
        Line(rules=RULES, WATBOT_BASE_URL=watbot.url, **settings) as line,
    ):
        traffic = Traffic(f"{line.url}/hooks/shop", buyers=24, threads=4, seed=SEED)
        traffic.start()
        killed = {"worker": 0, "web": 0, "store": 0}
        while sum(killed.values()) < KILLS // 2:
            threading.Event().wait(0.2 + rng.random())
            name = rng.choice(list(killed))
            killed[name] += line.kill(name)
        traffic.stop()
        started = time.monotonic()
        wait_until(line.quiet_or_down, timeout_s=120, every_s=0.1, what="everything acknowledged is delivered")
        shown = {f"+{contact['phone']}": contact for contact in watbot.contacts()}
        bad = [wrong for buyer in traffic.buyers if buyer.acknowledged for wrong in wrongs(buyer, shown[buyer.phone])]
        rows = line.events()
        calls = len(watbot.calls())
        print(
            f"\ntags={tags}: killed {killed}, {traffic.acknowledged} acknowledged, {len(rows)} in the journal, "
            f"{calls} calls, drained {time.monotonic() - started:.1f} s after the storm"
        )
        assert bad == []
        ids = {id_ for buyer in traffic.buyers for id_ in buyer.acknowledged.values()}
        assert len(ids) == traffic.acknowledged, "two orders were taken for one"
        assert {row["id"] for row in rows} == ids, "an order is in the journal twice, or not at all"
        assert {row["state"] for row in rows} == {"done"}
