"""Strangers on the wire: what they send is answered or dropped, and never an error of ours."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from processor.store.journal import newest
from tests.harness.waiting import wait_until
from tests.web.asking import http, lead
from tests.web.receiver import CRM_TOKEN, Receiver

HEAD = b"POST /hooks/crm HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
GARBAGE = {
    "bytes of no protocol": bytes(range(256)) * 20,
    "TLS spoken to plain HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64,
    "a line break in a header": HEAD + b"X-A: a\rb\r\nContent-Length: 0\r\n\r\n",
    "a zero byte in a header": HEAD + b"X-A: \x00\r\nContent-Length: 0\r\n\r\n",
    "a header that is no text": HEAD + b"X-\xff: \xfe\xff\r\nContent-Length: 0\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "a length that is no number": HEAD + b"Content-Length: -1\r\n\r\n",
    "a chunk that is none": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "an endless header": HEAD + b"X-A: " + b"a" * 300_000 + b"\r\n\r\n",
    "a token of bytes": HEAD + b"X-Token: \xff\xfe\r\nContent-Length: 2\r\n\r\n{}",
    "a query of bytes": b"GET /hooks/crm?\xff=\xfe&token=%00%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a signature of bytes": HEAD.replace(b"crm", b"shop") + b"X-WC-Webhook-Signature: \xe2\x28\xa1\r\n"
    b"Content-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_refused_and_the_next_sender_is_served(receiver: Receiver, store: redis.Redis, name: str) -> None:
    answer = receiver.raw(GARBAGE[name])
    assert answer == b"" or answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 401", b"HTTP/1.1 431")), answer[:200]
    assert newest(store, limit=1) == []
    assert lead(receiver).status_code == 202
    assert "Traceback" not in receiver.log()


def test_a_sender_who_hangs_up_in_the_middle_is_no_error_of_ours(receiver: Receiver, store: redis.Redis) -> None:
    head = f"Authorization: Bearer {CRM_TOKEN}\r\nContent-Length: 100\r\n\r\n"
    for body in (b"", b"{", b"x" * 99):
        receiver.raw(HEAD + head.encode() + body, "hang up")
        receiver.raw(HEAD + head.encode() + body, "half-close")
    assert lead(receiver).status_code == 202
    assert len(newest(store, limit=10)) == 1, "half a body must not be stored"
    assert "Traceback" not in receiver.log()
    assert '"level": "error"' not in receiver.log()


def test_three_hundred_senders_at_once_are_each_stored_exactly_once(receiver: Receiver, store: redis.Redis) -> None:
    with ThreadPoolExecutor(50) as senders:
        answers = list(senders.map(lambda number: lead(receiver, number // 2), range(600)))
    told = Counter((answer.status_code, answer.json()["status"]) for answer in answers)
    assert told == {(202, "queued"): 300, (200, "duplicate"): 300}
    queued = {answer.json()["id"] for answer in answers if answer.status_code == 202}
    assert {answer.json()["id"] for answer in answers} == queued
    assert {row.id for row in newest(store, limit=1_000)} == queued


def test_one_connection_may_carry_many_deliveries(receiver: Receiver, store: redis.Redis) -> None:
    head = b"POST /hooks/crm HTTP/1.1\r\nHost: x\r\nX-Token: %b\r\nContent-Length: 7\r\n" % CRM_TOKEN.encode()
    requests = [head + b'\r\n{"n":%d}' % number for number in range(8)]
    answers = receiver.raw(b"".join(requests) + head + b'Connection: close\r\n\r\n{"n":8}')
    assert answers.count(b"HTTP/1.1 202") == 9
    wait_until(lambda: len(newest(store, limit=100)) == 9)


def test_an_unfinished_request_does_not_hold_up_others(receiver: Receiver) -> None:
    with http.stream("GET", f"{receiver.url}/hooks/crm?token={CRM_TOKEN}") as slow:
        assert lead(receiver).status_code == 202
        assert slow.status_code == 202
