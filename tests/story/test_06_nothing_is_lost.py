"""6. Nothing that was acknowledged is lost, whatever dies."""

from __future__ import annotations

import httpx

from tests.harness.line import Line
from tests.harness.waiting import wait_until
from tests.story.senders import Shop


def test_a_worker_killed_in_the_middle_of_a_call_loses_nothing() -> None:
    """Watbot hangs, the worker is killed with kill -9, the order arrives all the same, and others do not wait."""
    with Line(WATBOT_TIMEOUT_MS="1000", LEASE_MS="4000") as line:
        shop = Shop(line)
        httpx.post(f"{line.sandbox}/_sandbox/faults", json={"hang": True}).raise_for_status()
        shop.sends(number=6001, phone="+7 900 000-06-01")
        wait_until(line.calls, what="Watbot is being called")
        line.kill("worker")
        shop.sends(number=6002, phone="+7 900 000-06-02")

        line.wait_until_quiet()
        contacts = line.contacts()
        assert contacts["79000000601"]["statuses"] == ["Новый заказ на 5400.00"]
        assert contacts["79000000602"]["statuses"] == ["Новый заказ на 5400.00"]
        assert {row["state"] for row in line.events()} == {"done"}


def test_what_watbot_refuses_for_a_while_arrives_later(line: Line, shop: Shop) -> None:
    """An error of Watbot's, a cut connection: the same call is made again, after a growing pause."""
    for fault in ({"status": 500}, {"cut": "after"}):
        httpx.post(f"{line.sandbox}/_sandbox/faults", json=fault).raise_for_status()
    event = shop.sends(number=6003, phone="+7 900 000-06-03").json()["id"]
    line.wait_until_quiet()
    assert line.contacts()["79000000603"]["statuses"] == ["Новый заказ на 5400.00"]
    assert line.cli("events", "show", event).count("unavailable_") == 2
