"""Keeps the processes of `up` running: starts them, starts them again when they die, ends them together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from processor.log import logger

# All together; the last ones get their own least, for the store must write its file.
STOP_TIMEOUT_S = 30.0
STOP_EACH_S = 3.0
RESTART_DELAY_S_MAX = 10.0
# A process that lived this long starts again at once; one that dies sooner waits longer each time.
STABLE_S = 2.0
_PR_SET_PDEATHSIG = 1
_TICK_S = 0.1


@dataclass(slots=True)
class Program:
    """One process: how to start it, with which environment, whom it needs first (`ready` of the one before)."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str] = field(repr=False)
    ready: Callable[[], bool] = lambda: True
    process: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    deaths: int = 0
    again_s: float = 0.0
    # Open files that the process inherits: as long as it lives it holds their locks too.
    keeps: Sequence[int] = ()


class Supervisor:
    """Runs programs in order; the last ones are stopped first."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self._programs = list(programs)
        self._stopping = threading.Event()
        self._log = logger("supervise")

    def run(self, on_ready: Callable[[], None]) -> int:
        """Block until SIGTERM or SIGINT; 0 when everything stopped by itself, 1 when something had to be killed."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stopping.set())
        try:
            for program in self._programs:
                self._start(program)
                self._await(program)
            if not self._stopping.is_set():
                on_ready()
            while not self._stopping.wait(_TICK_S):
                for program in self._programs:
                    self._keep(program)
        finally:
            clean = self._stop_all()
        return 0 if clean else 1

    def _start(self, program: Program) -> None:
        if self._stopping.is_set():
            return
        program.process = subprocess.Popen(
            program.command,
            env=dict(program.environ),
            stdin=subprocess.DEVNULL,
            pass_fds=program.keeps,
            start_new_session=True,  # Ctrl-C reaches us alone: we decide the order of stopping
            preexec_fn=_die_with(os.getpid()) if sys.platform == "linux" else None,  # noqa: PLW1509  one thread
        )
        program.started_s = time.monotonic()
        self._log.debug("started", program=program.name, pid=program.process.pid)

    def _await(self, program: Program) -> None:
        while not self._stopping.is_set() and not program.ready():
            # All of them: it may be the store that died, and without it nothing else becomes ready.
            for started in self._programs:
                self._keep(started)
            self._stopping.wait(_TICK_S / 2)

    def _keep(self, program: Program) -> None:
        """Start a dead process again, not faster than it deserves."""
        if program.process is None or program.process.poll() is None:
            return
        now = time.monotonic()
        if program.again_s == 0.0:
            lived_s = now - program.started_s
            program.deaths = 1 if lived_s > STABLE_S else program.deaths + 1
            delay_s = min(RESTART_DELAY_S_MAX, 0.05 * 2 ** min(program.deaths, 10))
            program.again_s = now + delay_s
            self._log.warning(
                "died, starting again",
                program=program.name,
                code=program.process.returncode,
                delay_ms=round(delay_s * 1000),
            )
        if now >= program.again_s:
            program.again_s = 0.0
            self._start(program)

    def _stop_all(self) -> bool:
        self._stopping.set()
        clean, deadline_s = True, time.monotonic() + STOP_TIMEOUT_S
        for program in reversed(self._programs):
            if program.process and program.process.poll() is None:
                clean &= _stop(program.process, max(STOP_EACH_S, deadline_s - time.monotonic()))
        return clean


def _stop(process: subprocess.Popen[bytes], timeout_s: float) -> bool:
    process.terminate()
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


def _die_with(parent: int) -> Callable[[], None]:
    """Runs in the child before its program: when its parent is killed, it is told to stop."""
    libc = ctypes.CDLL(None)

    def prepare() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
