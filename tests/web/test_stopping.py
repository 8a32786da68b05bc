"""Stopping and readiness of the receiver."""

from __future__ import annotations

import threading

import httpx
import redis

from processor.store.journal import newest
from processor.store.sweep import sweep
from tests.harness.store import StoreProcess
from tests.harness.waiting import wait_until
from tests.web.asking import BEARER, http, lead_body
from tests.web.receiver import Receiver


def test_every_request_answered_while_stopping_is_in_the_store() -> None:
    """SIGTERM in the middle of traffic: whoever got a 2xx is stored, and the process ends well."""
    with StoreProcess() as store, Receiver(store) as receiver:
        answered: list[str] = []
        senders = [threading.Thread(target=_send, args=(receiver, n, answered)) for n in range(8)]
        for sender in senders:
            sender.start()
        wait_until(lambda: len(answered) > 100, what="traffic flows")
        receiver.terminate()
        assert receiver.wait() == 0
        for sender in senders:
            sender.join()
        stored = {row.id for row in newest(store.client(), limit=100_000)}
        assert set(answered) <= stored
        assert len(answered) == len(set(answered))
        assert "Traceback" not in receiver.log()


def _send(receiver: Receiver, share: int, answered: list[str]) -> None:
    with httpx.Client(headers=BEARER) as client:
        for n in range(100_000):
            try:
                answer = client.post(f"{receiver.url}/hooks/crm", content=lead_body(share * 100_000 + n))
            except httpx.HTTPError:
                return
            if answer.is_success:
                answered.append(answer.json()["id"])


def test_a_receiver_without_workers_lives_but_is_not_ready(receiver: Receiver, store: redis.Redis) -> None:
    assert http.get(f"{receiver.url}/healthz").json() == {"status": "ok"}
    answer = http.get(f"{receiver.url}/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert answer.json()["checks"]["workers"] == {"ok": False, "alive": 0}
    assert answer.json()["checks"]["store"] == {"ok": True}

    sweep(store, worker="somebody")
    answer = http.get(f"{receiver.url}/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert answer.json()["checks"]["workers"] == {"ok": True, "alive": 1}
