"""The receiver as a process of its own over a real store: `serve` and what a sender sees of it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Literal

import httpx

from tests.harness.ports import free_port
from tests.harness.store import StoreProcess
from tests.harness.waiting import wait_until

SHOP_SECRET = "distinct-shop-secret-4711"
TILDA_KEY = "distinct-tilda-key-4712"
CRM_TOKEN = "distinct-crm-token-4713"
SIGNED_SECRET = "distinct-signing-secret-4714"
PHONE, EMAIL = "+79000000077", "anna.distinct@example.com"
RULES = f"""\
version: 1
bot: 1
sources:
  shop: {{preset: woocommerce, secret: {SHOP_SECRET}}}
  landing: {{preset: tilda, secret: {TILDA_KEY}}}
  crm: {{preset: generic, token: {CRM_TOKEN}}}
  signed: {{preset: generic, secret: {SIGNED_SECRET}}}
rules:
  - name: Каждый
    when: {{event: order.created}}
    then: {{tags: Покупатель}}
"""
START_WITHIN_S = 30.0


class Receiver:
    """`watbot-hooks serve` in a folder of its own. Use as a context manager; `environ` adds settings."""

    def __init__(self, store: StoreProcess, command: tuple[str, ...] = (), rules: str = RULES, **environ: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="wh-", dir="/tmp"))
        (self.folder / "rules.yaml").write_text(rules, "utf-8")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = command or (sys.executable, "-m", "processor.cli", "serve")
        self._environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("WATBOT_", "REDIS_"))},
            "PORT": str(self.port),
            "DATA_DIR": str(store.folder),
            "RULES_FILE": str(self.folder / "rules.yaml"),
            "LANGUAGE": "en",
            "LOG_LEVEL": "debug",
            **environ,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [part.replace("{port}", str(self.port)) for part in self._command]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self.folder, env=self._environ, stdout=log, stderr=log)
        wait_until(self._answers, timeout_s=START_WITHIN_S, what="the receiver answers")

    def log(self) -> str:
        """Everything that it said so far."""
        return (self.folder / "log").read_text("utf-8")

    def terminate(self) -> None:
        """SIGTERM, without waiting."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """Wait for its end; the exit code."""
        assert self._process is not None
        return self._process.wait(40)

    def memory_bytes_max(self) -> int:
        """The most memory that the process ever held."""
        return self._memory_bytes("VmHWM")

    def memory_bytes(self) -> int:
        """The memory that the process holds now."""
        return self._memory_bytes("VmRSS")

    def _memory_bytes(self, what: str) -> int:
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        return int(status.partition(f"{what}:")[2].split()[0]) * 1024

    def raw(self, sent: bytes, then: Literal["read", "half-close", "hang up"] = "read") -> bytes:
        """Send bytes as they are over a connection of their own; all that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            try:
                connection.sendall(sent)
            except (BrokenPipeError, ConnectionResetError):
                return b""
            if then == "hang up":
                return b""
            if then == "half-close":
                connection.shutdown(socket.SHUT_WR)
            return _all_of(connection)

    def _answers(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"serve ended with {self._process.returncode}:\n{self.log()[-4000:]}")
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def __enter__(self) -> Receiver:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _all_of(connection: socket.socket) -> bytes:
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except ConnectionResetError:
        pass  # the server had enough; what came before counts
    return b"".join(parts)
