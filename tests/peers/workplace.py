"""A folder of a peer's own: what is installed there, what runs there, and its end."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from tests.harness.waiting import wait_until

INSTALL_WITHIN_S = 1_800
ANSWER_WITHIN_S = 180.0
STOP_WITHIN_S = 20.0
LOG_CHARACTERS_SHOWN = 4_000
# Settings of watbot-hooks that must not reach another program: pretix reads DATA_DIR too.
_OURS = ("WATBOT_", "REDIS_", "DATA_DIR", "RULES_", "PORT", "HOST", "VIRTUAL_ENV", "PYTHON")


class Workplace:
    """Use as a context manager. `folder` is thrown away at the end with everything that ran in it.

    `installed` holds what was installed: within `folder`, or where `--installed` says, to be used again next time.
    """

    def __init__(self, name: str, installed: Path | None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"wh-{name}-", dir="/tmp"))
        self.installed = (installed or self.folder / "installed").absolute()
        self.installed.mkdir(parents=True, exist_ok=True)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, *command: str | Path, at: Path | None = None, **environ: str) -> str:
        """Run a command to its end, gently; its standard output. Raises RuntimeError with what it said."""
        done = subprocess.run(
            ["nice", "-n", "10", *map(str, command)],
            cwd=at or self.folder,
            env=_environ(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_WITHIN_S,
            check=False,
        )
        if done.returncode:
            said = (done.stdout + done.stderr)[-LOG_CHARACTERS_SHOWN:]
            raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{said}")
        return done.stdout

    def start(self, name: str, command: Sequence[str | Path], at: Path | None = None, **environ: str) -> None:
        """Start a program that goes on; what it says stands in `<name>.log`."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [str(part) for part in command],
                cwd=at or self.folder,
                env=_environ(environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_for(self, name: str, url: str) -> None:
        """Wait until a started program answers at `url`, whatever its status. Raises RuntimeError when it ends."""
        wait_until(lambda: self._answers(name, url), timeout_s=ANSWER_WITHIN_S, every_s=0.2, what=f"{name} answers")

    def log(self, name: str) -> str:
        """What a program said."""
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def _answers(self, name: str, url: str) -> bool:
        if self._running[name].poll() is not None:
            raise RuntimeError(f"{name} ended at its start:\n{self.log(name)[-LOG_CHARACTERS_SHOWN:]}")
        try:
            httpx.get(url, timeout=5, trust_env=False)
        except httpx.HTTPError:
            return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in reversed(self._running.values()):
            _end(process)
        if error is None:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            print(f"what they said stands in {self.folder}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM to the program and all that it started, then SIGKILL to what is left."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _environ(more: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(_OURS)} | dict(more)


def installed_of(about: str | None) -> Path | None:
    """The command line of a peer's program: where to keep what it installs, None to throw it away."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--installed", type=Path, help="keep what is installed in this folder, and use it next time")
    found: Path | None = parser.parse_args().installed
    return found
