"""A real store in simulated time, its clock and its crashes; and each process's client of it.

Whatever lives for a time in the store lives by the simulated clock: keys that a script lets expire are kept in a list
of our own, and go before the next command.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha1
from pathlib import Path
from typing import Any

import redis
from redis.exceptions import ConnectionError, NoScriptError, RedisError, TimeoutError

from processor.settings import Settings
from processor.store import script
from processor.store.connection import SOCKET_NAME, store_url
from tests.harness.faults.machine import Machine
from tests.harness.faults.schedule import Schedule, Task
from tests.harness.faults.weather import Weather
from tests.harness.simulated import MIDNIGHT_MS, Wire, script_name

DOWN_MS = (300.0, 15_000.0)
ANSWER_TIMEOUT_MS = 5_000.0
# One way, ms.
LATENCY_MS, SLOW_MS = (0.05, 0.6), (10.0, 400.0)

_EXPIRY = (Path(__file__).parent / "expiry.lua").read_text("utf-8")
_TIME = "redis.call('TIME')"
_GIVEN_TIME = "{tonumber(string.match(KEYS[1], '^%d+')), tonumber(string.match(KEYS[1], '%d+$'))}"

Change = Callable[[str], str]
Outcome = tuple[Any, Exception | None]


class Server:
    """The store of one run: empty at first. `changes`: by a script's name, what becomes of its text."""

    def __init__(self, settings: Settings, schedule: Schedule, weather: Weather) -> None:
        self.schedule, self.weather = schedule, weather
        self.pool = redis.ConnectionPool.from_url(store_url(settings))
        self.changes: dict[str, Change] = {}
        self.ran: Callable[[str, tuple[Any, ...], Any], None] = lambda _name, _args, _answer: None
        self.sender: Task | None = None
        """Whose command is being carried out."""
        self.down_until_ms = float("-inf")
        self.jumps: list[tuple[float, float]] = []
        """When its clock was set, and by how much (ms)."""
        self._offset_ms = 0.0
        self._wire = Wire(str(settings.data_dir.absolute() / SOCKET_NAME))
        self._plain = redis.Redis(connection_pool=self.pool)
        self._known: set[str] = set()
        self._loaded: dict[str, tuple[str, str]] = {}
        # Wherever a field stands in a hash, it stays there: the order of a large one differs from server to server.
        self._plain.config_set("hash-max-listpack-value", 1_000_000)
        self._plain.config_set("hash-max-listpack-entries", 100_000)
        self._plain.flushall()
        self._purge = self._load("")

    def now_ms(self) -> int:
        """Unix time as the store's clock has it."""
        return int(MIDNIGHT_MS + self.schedule.now_ms + self._offset_ms)

    def jump(self, by_ms: float) -> None:
        """Set the store's clock."""
        self._offset_ms += by_ms
        self.jumps.append((self.schedule.now_ms, by_ms))

    def restart(self, down_ms: float) -> None:
        """It is away for a while, and has forgotten the scripts."""
        self.down_until_ms = self.schedule.now_ms + down_ms
        self._known.clear()

    @property
    def down(self) -> bool:
        """Whether it is away."""
        return self.schedule.now_ms < self.down_until_ms

    def evalsha(self, sha: str, args: tuple[Any, ...]) -> Any:
        """Raises NoScriptError for a script that `eval` has not shown since the start."""
        if sha not in self._known:
            raise NoScriptError("not yet shown")
        name, ours = self._loaded[sha]
        answer = self._wire.ask("EVALSHA", ours, 1, self._time(), *args)
        self.ran(name, args, answer)
        return answer

    def eval(self, text: str, args: tuple[Any, ...]) -> Any:
        """Learn a script and run it."""
        sha = sha1(text.encode(), usedforsecurity=False).hexdigest()
        if sha not in self._loaded:
            name = script_name(text)
            changed = self.changes.get(name, str)(text)
            assert changed != text or name not in self.changes, f"the change of {name} changes nothing"
            self._loaded[sha] = name, self._load(changed)
        self._known.add(sha)
        return self.evalsha(sha, args)

    def plain(self, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Any other command, by redis-py."""
        self._wire.ask("EVALSHA", self._purge, 1, self._time())
        return self._plain.execute_command(*args, **options)  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()
        self._plain.close()
        self.pool.disconnect()

    def _load(self, text: str) -> str:
        flags, _, body = text.partition("\n") if text else ("#!lua", "", "return 1")
        given = body.replace(_TIME, _GIVEN_TIME).replace("redis.call(", "simulated(")
        assert "TIME'" not in given, "the time is asked for in another way"
        assert "redis.pcall" not in given, "a command is called in another way"
        return str(self._plain.script_load(f"{flags}\n{_EXPIRY}{given}"))

    def _time(self) -> str:
        seconds, ms = divmod(self.now_ms(), 1000)
        return f"{seconds}.{ms * 1000}"


@cache
def _script_of(sha: str) -> str:
    """The name of a script of ours."""
    names = (path.stem for path in Path(script.__file__).parent.glob("scripts/*.lua") if path.stem != "prelude")
    return next(name for name in names if script.source_of(name)[1] == sha)


class Client(redis.Redis):
    """One process's client: each command takes time, may never arrive, and its answer may be lost."""

    def __init__(self, server: Server, machine: Machine) -> None:
        super().__init__(connection_pool=server.pool)
        self._server, self._machine = server, machine

    def evalsha(self, sha: str, numkeys: int, *args: Any) -> Any:
        """As redis.Redis does."""
        assert numkeys == 0, "the scripts name no keys"
        return self._ask(_script_of(sha), lambda: self._server.evalsha(sha, args))

    def eval(self, text: str, numkeys: int, *args: Any) -> Any:
        """As redis.Redis does."""
        assert numkeys == 0, "the scripts name no keys"
        return self._ask(f"{script_name(text)}, shown anew", lambda: self._server.eval(text, args))

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """As redis.Redis does."""
        return self._ask(str(args[0]), lambda: self._server.plain(args, options))

    def _ask(self, what: str, execute: Callable[[], Any]) -> Any:
        machine, server, weather = self._machine, self._server, self._machine.weather
        machine.seam(what)
        fate = weather.strike("store_restart", "store_clock", "store_refuses", "store_reply_lost", "store_slow")
        self._befall(fate)
        there, back = (weather.between(*(SLOW_MS if fate == "store_slow" else LATENCY_MS)) for _ in range(2))
        outcome: list[Outcome] = []
        sender, arrives_ms = machine.schedule.current, machine.schedule.now_ms + there
        # Once on its way a command is carried out, whatever becomes of its sender.
        machine.schedule.at(arrives_ms, lambda: outcome.append(self._done(execute, fate, sender)))
        machine.schedule.wait(there + back)
        if fate == "store_slow":
            machine.stalled_ms = machine.schedule.now_ms
        answer, error = outcome[0]
        machine.seam("answer")
        if isinstance(error, TimeoutError):
            machine.schedule.wait(ANSWER_TIMEOUT_MS)
        elif error is None and server.down:
            error = ConnectionError("the answer was on its way when the store went down")
        if error is not None:
            machine.tell(f"{error!r}")
            raise error
        return answer

    def _befall(self, fate: str) -> None:
        if fate == "store_restart":
            self._server.restart(self._machine.weather.between(*DOWN_MS))
        elif fate == "store_clock":
            self._server.jump(self._machine.weather.jump_ms())
        if fate:
            self._machine.tell(f"*** {fate}")

    def _done(self, execute: Callable[[], Any], fate: str, sender: Task) -> Outcome:
        self._server.sender = sender
        if fate == "store_refuses" or self._server.down:
            return None, ConnectionError("refused")
        try:
            answer = execute()
        except RedisError as error:
            return None, error
        if fate == "store_reply_lost":
            late = self._machine.weather.random.random() < 0.5
            return None, TimeoutError("no answer") if late else ConnectionError("cut")
        return answer, None
