"""The receiver refuses what would exhaust it: bodies too large, a store too full."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import redis

from processor.store.journal import newest
from tests.harness.store import StoreProcess
from tests.harness.waiting import wait_until
from tests.web.asking import BEARER, http, lead, order, refusal
from tests.web.receiver import CRM_TOKEN, Receiver

MIB = 1_048_576
HEAD = f"POST /hooks/crm HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {CRM_TOKEN}\r\n"
LIMIT_BYTES = 65_536  # the receiver of these tests is started with BODY_BYTES_MAX=65536


def _in_chunks(bytes_total: int, piece_bytes: int = 8_192) -> Iterator[bytes]:
    for _ in range(bytes_total // piece_bytes):
        yield b"x" * piece_bytes


def test_a_body_of_the_largest_size_is_taken(receiver: Receiver) -> None:
    body = b'"' + b"x" * (LIMIT_BYTES - 2) + b'"'
    assert http.post(f"{receiver.url}/hooks/crm", content=body, headers=BEARER).status_code == 202


@pytest.mark.parametrize("chunked", [False, True], ids=["by content-length", "chunked"])
def test_one_byte_more_is_413(receiver: Receiver, store: redis.Redis, chunked: bool) -> None:
    body = b"x" * (LIMIT_BYTES + 1)
    answer = http.post(f"{receiver.url}/hooks/crm", content=iter([body]) if chunked else body, headers=BEARER)
    assert refusal(answer) == (413, "too_large")
    assert newest(store, limit=1) == []


def test_a_large_content_length_is_refused_before_the_body_comes(receiver: Receiver) -> None:
    head = f"{HEAD}Connection: close\r\nContent-Length: {10**12}\r\n\r\n"
    assert receiver.raw(head.encode()).startswith(b"HTTP/1.1 413")


def test_endless_bodies_do_not_make_the_process_grow(receiver: Receiver) -> None:
    lead(receiver)
    before = receiver.memory_bytes_max()
    head = f"{HEAD}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    piece = b"40000\r\n" + b"x" * 0x40000 + b"\r\n"
    for _ in range(4):
        receiver.raw(head.encode() + piece * 128)
    assert receiver.memory_bytes_max() - before < 8 * MIB
    assert lead(receiver, number=2).status_code == 202


def test_a_store_that_is_nearly_full_refuses_new_events_and_takes_them_again() -> None:
    with (
        StoreProcess() as store,
        Receiver(store, STORE_FILL_PERCENT_MAX="50") as receiver,
    ):
        client = store.client()
        assert order(receiver).status_code == 202
        used = int(client.info("memory")["used_memory"])
        client.config_set("maxmemory", used + used // 2)
        refused = _refused(receiver)
        assert refusal(refused) == (503, "store_full")
        assert int(refused.headers["retry-after"]) > 0
        ready = http.get(f"{receiver.url}/readyz").json()
        assert ready["checks"]["room"] == {"ok": False, "running_out": "memory"}
        assert client.set("a-worker-can-still", "write")

        client.config_set("maxmemory", used * 20)
        wait_until(lambda: order(receiver, number=2).status_code == 202, what="events are taken again")


def test_a_disk_that_is_nearly_full_refuses_new_events() -> None:
    """The store would end when its disk is full: nothing may come as far as that."""
    with StoreProcess() as store, Receiver(store, DISK_FREE_BYTES_MIN=str(1 << 40)) as receiver:
        assert refusal(order(receiver)) == (503, "store_full")
        assert http.get(f"{receiver.url}/readyz").json()["checks"]["room"] == {"ok": False, "running_out": "disk"}


def _refused(receiver: Receiver) -> httpx.Response:
    answers: list[httpx.Response] = []

    def asked() -> bool:
        answers.append(order(receiver, number=3))
        return answers[-1].status_code == 503

    wait_until(asked, what="new events are refused")
    return answers[-1]
