"""Open pages hear that something changed, and hold nothing up."""

from __future__ import annotations

import time

import redis

from tests.harness.store import StoreProcess
from tests.harness.visitor import Visitor, person
from tests.web.asking import order
from tests.web.receiver import Receiver

STOPPED_WITHIN_S = 10.0


def test_a_page_hears_of_a_delivery(receiver: Receiver, owner: Visitor) -> None:
    before = owner.see("/?part=live")
    with owner.stream("/live") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        assert next(line for line in lines if line) == "retry: 3000"
        next(line for line in lines if line == "event: changed")  # the first look
        order(receiver)
        next(line for line in lines if line == "event: changed")
    after = owner.see("/?part=live")
    assert "<html" not in after
    assert before.count("none yet") == after.count("none yet") + 1


def test_a_stranger_hears_nothing(stranger: Visitor) -> None:
    assert stranger.get("/live").status_code == 401


def test_a_receiver_that_is_told_to_stop_does_not_wait_for_open_pages(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    person(store, "Olga", "owner")
    with Receiver(store_process) as receiver, Visitor(f"{receiver.url}/console") as visitor:
        visitor.log_in("olga")
        with visitor.stream("/live") as stream:
            next(stream.iter_lines())
            began = time.monotonic()
            receiver.terminate()
            assert receiver.wait() == 0
            assert time.monotonic() - began < STOPPED_WITHIN_S
