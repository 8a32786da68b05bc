"""A real Valkey for a test: embedded wheel, own short folder and socket, the product's own configuration."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

import redis

from processor.embedded import answers, server_command, write_config
from processor.settings import Settings
from processor.store.connection import connect
from tests.harness.waiting import wait_until


class StoreProcess:
    """A server of one's own; `settings` lead to it, `kill` and `start` play a crash."""

    def __init__(self, **settings: object) -> None:
        # pytest's folders are too deep for a socket's path.
        self.folder = Path(tempfile.mkdtemp(prefix="wh-", dir="/tmp"))
        self.folder.chmod(0o700)
        self.settings = Settings(**({"data_dir": self.folder} | settings))  # type: ignore[arg-type]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        self._process = subprocess.Popen(server_command(write_config(self.settings)), stdout=subprocess.DEVNULL)
        wait_until(lambda: answers(self.settings), what="the store answers")

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def client(self) -> redis.Redis:
        """A client of the journal's database."""
        return connect(self.settings)

    def __enter__(self) -> StoreProcess:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
