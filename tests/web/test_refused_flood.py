"""A flood of forged requests neither stops who is proven, nor makes the receiver grow, nor fills the store."""

from __future__ import annotations

import http.client
import itertools
import threading
from collections.abc import Iterator

import pytest

from processor.store.journal import newest
from processor.store.keys import name_of
from processor.store.refused import KEPT_OF_A_SOURCE_MAX
from tests.harness.store import StoreProcess
from tests.harness.waiting import wait_until
from tests.web.asking import lead
from tests.web.receiver import Receiver
from tests.web.remembered import counted

FORGED = 20_000
SENDERS = 4
PROVEN = 40
MIB = 1_048_576
BODY = b'{"event": "lead.created", "junk": "' + b"x" * 2_000 + b'"}'


@pytest.fixture(scope="module")
def flooded() -> Iterator[tuple[Receiver, StoreProcess]]:
    """A receiver that believes a proxy on this machine, so that a flood can come from many addresses."""
    with StoreProcess() as process, Receiver(process, TRUSTED_PROXIES="loopback", LOG_LEVEL="warning") as receiver:
        yield receiver, process


def _forge(port: int, numbers: Iterator[int]) -> list[int]:
    """Forged requests over one connection until `numbers` end, each from another address."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    told = []
    for number in numbers:
        path = ("/hooks/shop", "/hooks/landing", "/hooks/crm", "/hooks/signed", f"/hooks/nobody{number}")[number % 5]
        headers = {
            "X-Forwarded-For": f"198.51.{number // 250 % 250}.{number % 250}",
            "X-WC-Webhook-Signature": "A" * 44,
            "X-Token": f"forged{number}",
            "User-Agent": f"flood/{number} " + "u" * 500,
            f"X-Header-{number}": "value",
            "webhook-id": str(number),
            "webhook-timestamp": "1740000000",
            "webhook-signature": "v1,AAAA",
        }
        connection.request("POST", path, BODY, headers)
        answer = connection.getresponse()
        answer.read()
        told.append(answer.status)
    connection.close()
    return told


def _flood(port: int, number: int) -> list[int]:
    """So many forged requests from SENDERS connections; the statuses of all answers."""
    numbers = itertools.count()
    told: list[int] = []
    bounded = itertools.islice(numbers, number)
    lock = threading.Lock()

    def take() -> Iterator[int]:
        while True:
            with lock:
                one = next(bounded, None)
            if one is None:
                return
            yield one

    threads = [threading.Thread(target=lambda: told.extend(_forge(port, take()))) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_twenty_thousand_forged_requests_are_counted_and_harm_nobody(
    flooded: tuple[Receiver, StoreProcess],
) -> None:
    receiver, process = flooded
    _flood(receiver.port, 2_000)
    wait_until(lambda: sum(counted(process.client()).values()) == 2_000, what="the first are counted")
    before = receiver.memory_bytes_max()
    used = int(process.client().info("memory")["used_memory_dataset"])
    told: list[int] = []
    flood = threading.Thread(target=lambda: told.extend(_flood(receiver.port, FORGED)))
    flood.start()
    answers = [lead(receiver, number) for number in range(PROVEN)]
    assert flood.is_alive(), "the proven were sent in the middle of the flood"
    flood.join()

    assert [answer.status_code for answer in answers] == [202] * PROVEN
    assert len(newest(process.client(), limit=1_000)) == PROVEN
    assert (told.count(401), told.count(404)) == (FORGED * 4 // 5, FORGED // 5)
    store = process.client()
    wait_until(lambda: sum(counted(store).values()) == 2_000 + FORGED, what="every one is counted")
    for source in ("shop", "landing", "crm", "signed", "?"):
        assert store.zcard(name_of("refused", source)) <= KEPT_OF_A_SOURCE_MAX
    assert int(store.info("memory")["used_memory_dataset"]) - used < MIB
    assert receiver.memory_bytes_max() - before < 8 * MIB
    assert receiver.log().count("\n") < FORGED // 4, "most of a flood is counted only, in the log too"
    assert "Traceback" not in receiver.log()
