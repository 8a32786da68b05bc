"""While the store is down senders wait a little, are then told to come again, and are never told what is not true."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from processor.store.journal import newest
from tests.harness.store import StoreProcess
from tests.web.asking import http, lead, order, refusal
from tests.web.receiver import Receiver

WAIT_MS = 2_000


@pytest.fixture(scope="module")
def own_store() -> Iterator[StoreProcess]:
    """A store that these tests kill."""
    with StoreProcess() as store:
        yield store


@pytest.fixture(scope="module")
def own_receiver(own_store: StoreProcess) -> Iterator[Receiver]:
    """A receiver that waits two seconds for its store."""
    with Receiver(own_store, INTAKE_WAIT_MS=str(WAIT_MS)) as receiver:
        yield receiver


def test_a_store_down_too_long_is_503_with_retry_after(own_store: StoreProcess, own_receiver: Receiver) -> None:
    assert order(own_receiver, number=1).status_code == 202
    own_store.kill()
    started = time.monotonic()
    answer = order(own_receiver, number=2)
    waited_ms = (time.monotonic() - started) * 1_000
    assert refusal(answer) == (503, "store_unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert WAIT_MS * 0.8 <= waited_ms <= WAIT_MS + 5_000

    ready = http.get(f"{own_receiver.url}/readyz")
    assert (ready.status_code, ready.json()["checks"]["store"]["ok"]) == (503, False)
    assert http.get(f"{own_receiver.url}/healthz").status_code == 200
    own_store.start()
    assert order(own_receiver, number=2).json()["status"] in ("queued", "duplicate")


def test_a_store_that_comes_back_in_time_is_a_late_202_and_no_503(
    own_store: StoreProcess, own_receiver: Receiver
) -> None:
    own_store.kill()
    with ThreadPoolExecutor(8) as senders:
        answers = [senders.submit(lead, own_receiver, number) for number in range(100, 108)]
        starter = threading.Timer(0.5, own_store.start)
        starter.start()
        got = [answer.result() for answer in answers]
        starter.join()
    assert [answer.status_code for answer in got] == [202] * 8
    stored = {row.id for row in newest(own_store.client(), limit=100)}
    assert {answer.json()["id"] for answer in got} <= stored


def test_a_store_that_is_frozen_is_503_within_bounds(own_store: StoreProcess, own_receiver: Receiver) -> None:
    """A stopped process keeps its connections open and says nothing: only a limit of time helps."""
    own_store.client().client_pause(7_000)
    answer = lead(own_receiver, number=200)
    assert refusal(answer) == (503, "store_unavailable")
