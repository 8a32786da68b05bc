"""A bell is answered the moment it rings, also after the store was away; what was begun is finished before leaving."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import redis

from processor.domain.wish import stamp_of
from processor.store.deliveries import take
from tests.harness.store import StoreProcess
from tests.harness.stored import delivery, status, take_in, wished
from tests.harness.waiting import wait_until
from workers.listener import Listener


def _listener(client: redis.Redis, heard: list[str]) -> tuple[Listener, threading.Event]:
    stopping = threading.Event()

    def hears(bell: str) -> Callable[[], None]:
        return lambda: heard.append(bell)

    listener = Listener(client, stopping, {bell: hears(bell) for bell in ("apply", "reconcile")})
    listener.start()
    wait_until(lambda: len(heard) == 2, what="it listens, and first looks at what rang before")
    heard.clear()
    return listener, stopping


def test_deliveries_and_contacts_ring_for_whoever_listens(store_process: StoreProcess, store: redis.Redis) -> None:
    heard: list[str] = []
    listener, stopping = _listener(store_process.client(), heard)
    began = time.monotonic()
    take_in(store_process.settings, [(delivery("a"), "a")])
    wait_until(lambda: heard == ["apply"], every_s=0.005, what="the delivery's bell is heard")
    take(store, most=1, lease_ms=1_000)
    wished(store, "a", status("S", stamp_of(1, 9, 1), "a"))
    wait_until(lambda: heard == ["apply", "reconcile"], every_s=0.005, what="the contact's bell is heard")
    assert time.monotonic() - began < 0.9, "without waiting for a poll"
    stopping.set()
    listener.finish(5)
    assert not listener.is_alive()


def test_a_store_that_was_away_is_listened_to_again() -> None:
    with StoreProcess() as process:
        heard: list[str] = []
        listener, stopping = _listener(process.client(), heard)
        process.kill()
        process.start()
        wait_until(lambda: heard == ["apply", "reconcile"], timeout_s=10, what="it looks at what rang meanwhile")
        take_in(process.settings, [(delivery("a"), "a")])
        wait_until(lambda: heard[2:] == ["apply"], what="and hears again")
        stopping.set()
        listener.finish(5)


def test_what_was_begun_is_finished_before_leaving(store_process: StoreProcess, store: redis.Redis) -> None:
    release, done = threading.Event(), list[str]()

    def slow() -> None:
        release.wait(5)
        done.append("reconcile")

    stopping = threading.Event()
    listener = Listener(store_process.client(), stopping, {"apply": lambda: None, "reconcile": slow})
    listener.start()
    listener.answer("reconcile")
    stopping.set()
    threading.Timer(0.2, release.set).start()
    listener.finish(5)
    assert "reconcile" in done
