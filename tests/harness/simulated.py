"""Time that a test moves: a clock with a timetable, and a real store whose scripts go by that clock.

One thread, no waiting: whoever sleeps on the clock runs what is due until then, in order, and a day passes in seconds.
"""

from __future__ import annotations

import heapq
import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path
from typing import Any

import hiredis
import redis
from redis.exceptions import NoScriptError, ResponseError

from processor.settings import Settings
from processor.store import script
from processor.store.connection import SOCKET_NAME, store_url
from tests.harness.store import StoreProcess

# The server's own expiry still goes by the real time: a day that lies ahead of it never looks expired.
MIDNIGHT_MS = int(datetime(2040, 1, 2, tzinfo=UTC).timestamp()) * 1000
MEMORY_BYTES_MAX = 4 * 1024**3

_TIME = "redis.call('TIME')"
# The time rides along as a key's name: the arguments stay as they are, and no write is needed when time moves.
_GIVEN_TIME = "{tonumber(string.match(KEYS[1], '^%d+')), tonumber(string.match(KEYS[1], '%d+$'))}"
_SERVER_TIME = re.compile(r"TIME\b")

Act = Callable[[], object]


class SimulatedClock:
    """A clock (processor/clock.py) that moves only when somebody sleeps; times are Unix ms."""

    def __init__(self, start_ms: float = MIDNIGHT_MS) -> None:
        self._start_ms = self._now_ms = float(start_ms)
        self._timetable: list[tuple[float, int, Act]] = []
        self._entries = 0

    def now_ms(self) -> int:
        """Unix time, milliseconds."""
        return int(self._now_ms)

    def monotonic_ms(self) -> float:
        """Milliseconds since the start."""
        return self._now_ms - self._start_ms

    def sleep_ms(self, duration_ms: float) -> None:
        """Run what is due until then, each at its own time; not at all for zero or less."""
        if duration_ms > 0:
            self.run_until(self._now_ms + duration_ms)

    def at(self, time_ms: float, act: Act) -> None:
        """Enter `act` into the timetable; what is entered for the same time runs in the order of entering."""
        self._entries += 1
        heapq.heappush(self._timetable, (time_ms, self._entries, act))

    def run_until(self, time_ms: float) -> None:
        """Let time pass until then."""
        while self._timetable and self._timetable[0][0] <= time_ms:
            self._run_next()
        self._now_ms = max(self._now_ms, time_ms)

    def skip(self) -> bool:
        """Go to the next entry and run it; False when there is none."""
        if not self._timetable:
            return False
        self._run_next()
        return True

    def _run_next(self) -> None:
        time_ms, _, act = heapq.heappop(self._timetable)
        self._now_ms = max(self._now_ms, time_ms)
        act()


class SimulatedStore(redis.Redis):
    """A client of a real store; the scripts that it runs see the simulated time instead of the server's.

    `ran` is called with the name and the arguments of each script that was run.
    """

    def __init__(self, settings: Settings, clock: SimulatedClock) -> None:
        super().__init__(connection_pool=redis.ConnectionPool.from_url(store_url(settings)))
        self._clock = clock
        self._wire = Wire(str(settings.data_dir.absolute() / SOCKET_NAME))
        self._scripts: dict[str, tuple[str, str]] = {}
        self.ran: Callable[[str, tuple[Any, ...]], None] = lambda _name, _args: None
        self.changes: dict[str, Callable[[str], str]] = {}
        """By a script's name: what becomes of its text before it is run (for experiments)."""

    def evalsha(self, sha: str, numkeys: int, *args: Any) -> Any:
        """Raises NoScriptError for a script that `eval` has not shown yet."""
        if sha not in self._scripts:
            raise NoScriptError("not yet shown")
        assert numkeys == 0, "the scripts name no keys"
        name, ours = self._scripts[sha]
        answer = self._wire.ask("EVALSHA", ours, 1, self._time(), *args)
        self.ran(name, args)
        return answer

    def eval(self, text: str, numkeys: int, *args: Any) -> Any:
        """Teach the server the script with the time taken from us, and run it."""
        name, sha = script_name(text), sha1(text.encode(), usedforsecurity=False).hexdigest()
        changed = self.changes.get(name, str)(text).replace(_TIME, _GIVEN_TIME)
        assert not _SERVER_TIME.search(changed), f"{name} asks the server for the time in another way"
        self._scripts[sha] = name, str(self.script_load(changed))
        return self.evalsha(sha, numkeys, *args)

    def get(self, name: Any) -> Any:
        """As redis.Redis does, faster."""
        return self._wire.ask("GET", name)

    def hgetall(self, name: Any) -> Any:
        """As redis.Redis does, faster."""
        flat = self._wire.ask("HGETALL", name)
        return dict(zip(flat[::2], flat[1::2], strict=True))

    def exists(self, *names: Any) -> Any:
        """As redis.Redis does, faster."""
        return self._wire.ask("EXISTS", *names)

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()
        super().close()

    def time(self, **_: Any) -> tuple[int, int]:
        """Seconds and microseconds, as the server would say."""
        seconds, micros = self._time().split(".")
        return int(seconds), int(micros)

    def _time(self) -> str:
        seconds, ms = divmod(self._clock.now_ms(), 1000)
        return f"{seconds}.{ms * 1000}"


class Wire:
    """One connection without what redis-py does around a command: that would take most of a simulation's time."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._reader = hiredis.Reader()

    def ask(self, *command: Any) -> Any:
        """Raises ResponseError."""
        self._socket.sendall(hiredis.pack_command(command))
        while (answer := self._reader.gets()) is False:
            self._reader.feed(self._socket.recv(65_536))
        if isinstance(answer, hiredis.HiredisError):
            raise ResponseError(str(answer))
        return answer

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


@contextmanager
def store_in_memory() -> Iterator[Settings]:
    """A real store of one's own that writes no file: for simulations, which are not about durability."""
    with StoreProcess(store_memory_bytes_max=MEMORY_BYTES_MAX) as process:
        with process.client() as client:
            client.config_set("appendonly", "no")
        yield process.settings


@contextmanager
def one_core(number: int = 0) -> Iterator[None]:
    """On one core a question to the store and its answer take a tenth of the time: nobody has to be woken elsewhere.

    Servers started within stay on that core.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(before)[number % len(before)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def script_name(text: str) -> str:
    """The name of one of our scripts by its whole text."""
    folder = Path(script.__file__).parent / "scripts"
    names = (path.stem for path in folder.glob("*.lua") if path.stem != "prelude")
    return next(name for name in names if script.source_of(name)[0] == text)
