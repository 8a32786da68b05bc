"""A simulated process: its clock, its threads, and the seams at which something may happen to it."""

from __future__ import annotations

from collections.abc import Callable

from tests.harness.faults.schedule import Act, Schedule, Task
from tests.harness.faults.weather import Weather
from tests.harness.simulated import MIDNIGHT_MS

# Shorter than a lease, and longer.
NAP_MS, PAUSE_MS = (20.0, 4_000.0), (16_000.0, 60_000.0)
# A sleeper is woken a little late.
OVERSHOOT_MS = 1.5
STRIKES = ("kill", "pause", "nap", "machine_clock", "terminate")


class Machine:
    """One worker process, also its clock (processor/clock.py): kill -9, SIGTERM, being stopped, a clock that jumps."""

    def __init__(self, name: str, schedule: Schedule, weather: Weather, trace: Callable[[str], None]) -> None:
        self.name, self.schedule, self.weather, self._trace = name, schedule, weather, trace
        self.alive = True
        self.terminated = False
        self.paused_until_ms = self.stalled_ms = float("-inf")
        """Until when it is stopped; when it last went on after being held up."""
        self.offset_ms = weather.between(-2_000.0, 2_000.0)
        self._tasks: list[Task] = []

    def start(self, name: str, run: Act) -> Task:
        """One more thread."""
        task = Task(f"{self.name} {name}", lambda: self.paused_until_ms)
        self._tasks.append(task)
        self.schedule.start(task, run)
        return task

    def now_ms(self) -> int:
        """Unix time as this machine's clock has it."""
        return int(MIDNIGHT_MS + self.schedule.now_ms + self.offset_ms)

    def monotonic_ms(self) -> float:
        """Milliseconds; never jumps."""
        return self.schedule.now_ms

    def sleep_ms(self, duration_ms: float) -> None:
        """Wait, a little longer than asked."""
        if duration_ms > 0:
            self.seam("sleep")
            self.schedule.wait(duration_ms + self.weather.between(0.05, OVERSHOOT_MS))

    def stopping(self) -> bool:
        """Whether SIGTERM has come."""
        return self.terminated

    def over(self) -> bool:
        """Whether every thread has ended."""
        return all(task.over for task in self._tasks)

    def tell(self, text: str) -> None:
        """A line of the trace."""
        self._trace(f"{self.schedule.current.name}: {text}")

    def seam(self, what: str) -> None:
        """Something may happen to the process here. Raises Killed."""
        self.tell(what)
        struck = self.weather.strike(*STRIKES)
        if struck:
            self._struck(struck)

    def _struck(self, kind: str) -> None:
        if kind == "kill":
            self.kill()
        elif kind == "terminate":
            self.terminated = True
        elif kind == "machine_clock":
            self.offset_ms += self.weather.jump_ms()
        else:
            self.pause(self.weather.between(*(NAP_MS if kind == "nap" else PAUSE_MS)))
        self.tell(f"*** {kind}")
        self.schedule.wait(0)

    def pause(self, duration_ms: float) -> None:
        """Stop the whole process, as SIGSTOP does, for a while."""
        self.paused_until_ms = self.stalled_ms = self.schedule.now_ms + duration_ms

    def kill(self) -> None:
        """kill -9: what is under way elsewhere goes on, here nothing does."""
        self.alive = False
        for task in self._tasks:
            self.schedule.kill(task)
