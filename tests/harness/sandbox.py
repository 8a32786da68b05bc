"""The sandbox of Watbot's API as a real process: `with SandboxProcess(tags="replace") as watbot: ...`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.harness.ports import free_port
from tests.harness.waiting import wait_until

REPOSITORY = Path(__file__).resolve().parents[2]
START_WITHIN_S = 20.0
STOP_WITHIN_S = 10.0
CALL_TIMEOUT_S = 10.0


class SandboxProcess:
    """Starts on entering the context (or on start()) and is killed on leaving it; the port stays the same after a kill.

    `url` is what WATBOT_BASE_URL takes, `root` the address without path.
    """

    def __init__(
        self,
        *,
        tags: str = "add",
        utm: str = "store",
        order: str = "oldest",
        rate: str = "off",
        token: str | None = None,
        port: int | None = None,
        state: Path | None = None,
        http: str = "auto",
    ) -> None:
        self.port = port or free_port()
        self.root = f"http://127.0.0.1:{self.port}"
        self.url = f"{self.root}/api/v1"
        self.tags = tags
        readings: dict[str, object] = {"tags": tags, "utm": utm, "order": order}
        self._options = readings | {"rate": rate, "token": token, "state": state, "http": http}
        self._process: subprocess.Popen[bytes] | None = None
        # The environment's proxies must not stand between the tests and the sandbox.
        self._client = httpx.Client(base_url=self.root, trust_env=False, timeout=CALL_TIMEOUT_S)
        self._output = tempfile.TemporaryFile()  # noqa: SIM115  closed in __exit__

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        self._client.close()
        self._output.close()

    def start(self) -> None:
        """Start the process and wait until it answers. Raises RuntimeError with its output when it ends instead."""
        command = [sys.executable, "-m", "processor.sandbox", "--port", str(self.port)]
        for name, value in self._options.items():
            command += [f"--{name}", str(value)] if value is not None else []
        self._process = subprocess.Popen(command, cwd=REPOSITORY, stdout=self._output, stderr=subprocess.STDOUT)
        wait_until(self._answers, timeout_s=START_WITHIN_S, what="the sandbox answers")

    def stop(self) -> int:
        """Ask it to stop (SIGTERM) and wait; the exit code. Raises subprocess.TimeoutExpired."""
        if self._process is None:
            raise RuntimeError("the sandbox is not running")
        process, self._process = self._process, None
        process.terminate()
        try:
            return process.wait(STOP_WITHIN_S)
        finally:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """End it at once (SIGKILL), if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def output(self) -> str:
        """Everything that it printed so far."""
        self._output.seek(0)
        return self._output.read().decode()

    def calls(self, since: int = 0) -> list[dict[str, Any]]:
        """The calls that it got, oldest first, without the first `since`."""
        return self._list(f"/_sandbox/calls?since={since}")

    def contacts(self) -> list[dict[str, Any]]:
        """Every contact whole, by growing id."""
        return self._list("/_sandbox/contacts")

    def faults(self) -> list[dict[str, Any]]:
        """The faults still to come."""
        return self._list("/_sandbox/faults")

    def fault(self, **fault: Any) -> None:
        """Order a fault: calls, status, delay_ms, hang, cut, body, headers, path (processor/sandbox/faults.py)."""
        answer = self._client.post("/_sandbox/faults", json=fault)
        if answer.status_code != 201:
            raise ValueError(f"the sandbox refused the fault: {answer.text}")

    def clear_faults(self) -> None:
        """Take back the faults still to come."""
        self._client.delete("/_sandbox/faults").raise_for_status()

    def reset(self) -> None:
        """Forget contacts, calls, faults and the counted rate."""
        self._client.delete("/_sandbox").raise_for_status()

    def _list(self, path: str) -> list[dict[str, Any]]:
        answer = self._client.get(path).raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def _answers(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError(f"the sandbox ended at its start:\n{self.output()}")
        try:
            return self._client.get("/_sandbox/faults").is_success
        except httpx.TransportError:
            return False
