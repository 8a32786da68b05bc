"""A call ends in time whatever the other side does: here a bare socket that drips, cuts and floods."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from tests.harness.ports import free_port
from workers.watbot.client import WatbotClient
from workers.watbot.errors import WatbotNonsense, WatbotUnavailable
from workers.watbot.exchange import ANSWER_BYTES_MAX

TIMEOUT_S = 0.5
GRACE_S = 1.5

Behaviour = Callable[[socket.socket, threading.Event], None]


@contextmanager
def serving(behave: Behaviour) -> Iterator[str]:
    """A server that does one thing to every connection; its URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def handle(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(65_536)
            behave(connection, ended)

    def accept(pool: ThreadPoolExecutor) -> None:
        with suppress(OSError):
            while True:
                pool.submit(handle, listener.accept()[0])

    with ThreadPoolExecutor(8) as pool:
        pool.submit(accept, pool)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def drip(start: bytes) -> Behaviour:
    """Sends `start`, then a byte every 50 ms: each read succeeds, the answer never ends."""

    def behave(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(start)
        while not ended.wait(0.05):
            connection.sendall(b"x")

    return behave


def silent(connection: socket.socket, ended: threading.Event) -> None:
    ended.wait()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SLOW: dict[str, Behaviour] = {
    "says nothing": silent,
    "drips its first line": drip(b"HTTP/1.1 200 O"),
    "drips its headers": drip(HEAD + b"X-Slow: "),
    "drips its body": drip(HEAD + b"Content-Length: 100000\r\n\r\n{"),
    "drips an endless body": drip(HEAD + b"\r\n{"),
    "drips an error page": drip(b"HTTP/1.1 429 Slow\r\nContent-Length: 100000\r\n\r\n"),
}


@pytest.mark.parametrize("behave", SLOW.values(), ids=SLOW.keys())
def test_a_slow_server_costs_no_more_than_the_timeout(behave: Behaviour) -> None:
    """The deadline is for the whole call, not for each read of it."""
    with serving(behave) as url, WatbotClient(url, "very-secret", timeout_s=TIMEOUT_S) as client:
        began = time.monotonic()
        with pytest.raises(WatbotUnavailable) as caught:
            client.get_me()
        took_s = time.monotonic() - began
    assert caught.value.kind == "timeout"
    assert took_s < TIMEOUT_S + GRACE_S


def test_waiting_for_a_free_connection_counts_too() -> None:
    """More threads than connections, all stuck: each is let go in time."""
    with serving(silent) as url, WatbotClient(url, "very-secret", timeout_s=TIMEOUT_S) as client:

        def ask(_: int) -> float:
            began = time.monotonic()
            with pytest.raises(WatbotUnavailable):
                client.get_me()
            return time.monotonic() - began

        with ThreadPoolExecutor(24) as pool:
            took_s = list(pool.map(ask, range(24)))
    assert max(took_s) < TIMEOUT_S + GRACE_S


def cut_after(start: bytes) -> Behaviour:
    def behave(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(start)

    return behave


CUTS = {
    "before a word": b"",
    "in the first line": b"HTTP/1.1 2",
    "in the headers": HEAD,
    "in the body": HEAD + b'Content-Length: 100\r\n\r\n{"id"',
    "with no HTTP at all": b"SSH-2.0-OpenSSH\r\n\r\n",
}


@pytest.mark.parametrize("start", CUTS.values(), ids=CUTS.keys())
def test_a_cut_connection_is_named_so(start: bytes) -> None:
    """Wherever it is cut."""
    with serving(cut_after(start)) as url, WatbotClient(url, "very-secret", timeout_s=5) as client:
        with pytest.raises(WatbotUnavailable) as caught:
            client.get_me()
        assert caught.value.kind == "cut"


def test_nobody_listening_is_named_so() -> None:
    """As a connection that could not be made."""
    with WatbotClient(f"http://127.0.0.1:{free_port()}", "very-secret") as client:
        with pytest.raises(WatbotUnavailable) as caught:
            client.get_me()
        assert caught.value.kind == "connect"


def flood(connection: socket.socket, ended: threading.Event) -> None:
    connection.sendall(HEAD + b"\r\n")
    while not ended.is_set():
        connection.sendall(b" " * 1_048_576)


def test_an_endless_answer_is_given_up_at_its_bound() -> None:
    """Memory stays bounded by ANSWER_BYTES_MAX."""
    with serving(flood) as url, WatbotClient(url, "very-secret", timeout_s=20) as client:
        with pytest.raises(WatbotNonsense) as caught:
            client.get_me()
        assert caught.value.kind == "size"
    assert ANSWER_BYTES_MAX == 16_777_216


def test_the_client_works_on_after_each_of_these() -> None:
    """A connection given up does not spoil the pool."""
    turns = iter([SLOW["drips its body"], cut_after(b""), cut_after(HEAD + b'Content-Length: 9\r\n\r\n{"id": 1}')])

    def behave(connection: socket.socket, ended: threading.Event) -> None:
        next(turns)(connection, ended)

    with serving(behave) as url, WatbotClient(url, "very-secret", timeout_s=TIMEOUT_S) as client:
        for _ in range(2):
            with pytest.raises(WatbotUnavailable):
                client.get_me()
        assert client.get_me().id == 1
