"""The whole line as its users run it: `watbot-hooks up` in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from processor.errors import StoreError
from processor.settings import Settings
from processor.store.connection import connect
from processor.store.gauges import line
from tests.harness.ports import free_port
from tests.harness.waiting import wait_until


class Line:
    """`up` with its embedded store and sandbox. Use as a context manager; `environ` adds settings."""

    def __init__(self, *, rules: str | None = None, **environ: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="wh-", dir="/tmp"))
        self.port = free_port()
        if rules is not None:
            (self.folder / "rules.yaml").write_text(rules, "utf-8")
        self.environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("WATBOT_", "REDIS_", "DATA_DIR", "RULES_"))},
            "PORT": str(self.port),
            "DATA_DIR": str(self.folder / "data"),
            "LANGUAGE": "en",
            "LOG_FORMAT": "json",
            **environ,
        }
        self.url = f"http://127.0.0.1:{self.port}"
        self.sandbox = f"http://127.0.0.1:{self.port + 1}"
        self.settings = Settings(data_dir=self.folder / "data", port=self.port)
        self.log = self.folder / "up.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Line:
        """Start and wait until everything is ready."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "processor.cli", "up"]
            self.process = subprocess.Popen(command, cwd=self.folder, env=self.environ, stdout=log, stderr=log)
        wait_until(self.ready, timeout_s=60, what="the line is ready")
        return self

    def ready(self) -> bool:
        """Whether /readyz says so."""
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"up ended with {self.process.returncode}:\n{self.log.read_text('utf-8')[-4000:]}")
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def kill_everything(self) -> None:
        """kill -9 of `up` and of all that it started, at one moment."""
        assert self.process is not None
        pids = [*self.children().values(), self.process.pid]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        wait_until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() and _alive(pid) for pid in pids))

    def children(self) -> dict[str, int]:
        """The processes of `up` by name: store, sandbox, worker, web."""
        assert self.process is not None
        found = {}
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rpartition(")")[2].split()
                command = (status.parent / "cmdline").read_bytes().decode()
            except OSError:
                continue
            if int(fields[1]) == self.process.pid:
                found[_name(command)] = int(status.parent.name)
        return found

    def kill(self, name: str) -> bool:
        """kill -9 of one process; False when it is down already."""
        pid = self.children().get(name)
        if pid is None:
            return False
        os.kill(pid, signal.SIGKILL)
        return True

    def calls(self) -> list[dict[str, Any]]:
        """The calls that the sandbox got."""
        answer: list[dict[str, Any]] = httpx.get(f"{self.sandbox}/_sandbox/calls").json()
        return answer

    def contacts(self) -> dict[str, dict[str, Any]]:
        """The sandbox's contacts by phone (digits)."""
        found: list[dict[str, Any]] = httpx.get(f"{self.sandbox}/_sandbox/contacts").json()
        return {contact["phone"]: contact for contact in found}

    def cli(self, *arguments: str, expect: int = 0) -> str:
        """Run a command beside; its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "processor.cli", *arguments],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == expect, f"{done.returncode}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def events(self) -> list[dict[str, Any]]:
        """`events list --json`."""
        rows: list[dict[str, Any]] = json.loads(self.cli("events", "list", "--json", "--limit", "100000"))
        return rows

    def quiet(self) -> bool:
        """Whether nothing is in line, in flight or waiting for a retry."""
        now = line(connect(self.settings))
        return (now.deliveries, now.ready, now.in_flight, now.retrying) == (0, 0, 0, 0)

    def quiet_or_down(self) -> bool:
        """The same while the store may be restarting: a store that does not answer is not quiet."""
        try:
            return self.quiet()
        except StoreError:
            return False

    def wait_until_quiet(self, timeout_s: float = 60) -> None:
        """Everything acknowledged has been applied and delivered."""
        wait_until(self.quiet, timeout_s=timeout_s, every_s=0.05, what="the line is quiet")

    def __enter__(self) -> Line:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process and self.process.poll() is None:
            self.stop()
        if error is None:
            shutil.rmtree(self.folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _name(command: str) -> str:
    parts = command.split("\0")
    if "valkey-server" in parts[0]:
        return "store"
    if "processor.sandbox" in parts:
        return "sandbox"
    return "worker" if "workers" in parts else "web"
