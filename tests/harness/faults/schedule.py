"""One baton for many threads: only who holds it runs, and simulated time decides who is next.

Whoever waits hands the baton to whatever is due first, in the order of time and then of entering: the same waits give
the same run. Threads, because the code under test is plain blocking code.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

Act = Callable[[], object]


class Killed(BaseException):
    """Its process is no more: unwinds whatever was going on; nothing that it does from now on has any effect."""


@dataclass(slots=True, eq=False)
class Task:
    """One thread of a simulated process. `held_until_ms`: when its process goes on, should it be stopped."""

    name: str
    held_until_ms: Callable[[], float] = lambda: 0.0
    killed: bool = False
    over: bool = False
    turn: int = 0
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


Entry = tuple[float, int, Task | None, int, Act | None]


class Schedule:
    """The timetable; the thread that made it takes part as `current`. Times are ms since an arbitrary start."""

    def __init__(self) -> None:
        self.now_ms = 0.0
        self.current = Task("main")
        self.error: BaseException | None = None
        """The first thing that went wrong in any thread, raised by whoever runs the simulation."""
        self._heap: list[Entry] = []
        self._entries = 0
        self._tasks: list[tuple[Task, threading.Thread]] = []

    def at(self, time_ms: float, act: Act) -> None:
        """Enter `act`: it must not wait."""
        self._push(time_ms, None, 0, act)

    def start(self, task: Task, run: Act) -> None:
        """A thread for `task`, which begins to run when it is its turn."""

        def body() -> None:
            task.go.acquire()
            try:
                if not task.killed:
                    run()
            except Killed:
                pass
            except BaseException as error:  # noqa: BLE001  raised again by whoever runs the simulation
                self.error = self.error or error
            task.over = True
            self._pass_on(None)

        thread = threading.Thread(target=body, name=task.name, daemon=True)
        self._tasks = [(other, its) for other, its in self._tasks if not other.over] + [(task, thread)]
        thread.start()
        self.wake(task)

    def wait(self, duration_ms: float) -> None:
        """Let time pass for the current task. Raises Killed."""
        self._push(self.now_ms + max(0.0, duration_ms), self.current, self.current.turn, None)
        self.park()

    def park(self) -> None:
        """Wait until somebody wakes the current task. Raises Killed."""
        me = self.current
        if not me.killed:
            self._pass_on(me)
        if me.killed:
            raise Killed

    def wake(self, task: Task, at_ms: float = 0.0) -> None:
        """End the present waiting of `task` then; nothing happens if it went on before."""
        self._push(max(at_ms, self.now_ms), task, task.turn, None)

    def kill(self, task: Task) -> None:
        """Unwind `task`, wherever it is."""
        task.killed = True
        self.wake(task)

    def end(self) -> None:
        """Unwind every thread and wait for it; nothing is left of the run."""
        for task, _ in self._tasks:
            self.kill(task)
        while any(not task.over for task, _ in self._tasks):
            self.wait(0)
        for _, thread in self._tasks:
            thread.join()

    def _push(self, time_ms: float, task: Task | None, turn: int, act: Act | None) -> None:
        self._entries += 1
        heapq.heappush(self._heap, (time_ms, self._entries, task, turn, act))

    def _pass_on(self, me: Task | None) -> None:
        """Run what is due until it is somebody's turn; returns when it is that of `me`."""
        task = self._next()
        if task is me:
            return
        self.current = task
        task.go.release()
        if me is not None:
            me.go.acquire()

    def _next(self) -> Task:
        while True:
            time_ms, _, task, turn, act = heapq.heappop(self._heap)
            self.now_ms = max(self.now_ms, time_ms)
            if task is None:
                self._run(act)
            elif task.turn == turn and not task.over:
                if not task.killed and task.held_until_ms() > self.now_ms:
                    self._push(task.held_until_ms(), task, turn, None)
                    continue
                task.turn += 1
                return task

    def _run(self, act: Act | None) -> None:
        assert act is not None
        try:
            act()
        except Exception as error:  # noqa: BLE001  raised again by whoever runs the simulation
            self.error = self.error or error
