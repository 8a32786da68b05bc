"""The wheel in an empty environment: `watbot-hooks up` in an empty folder, one order, its contact, a clean stop.

Run by .ci/run as `uv run python -m tests.smoke.installed`; 0 when all of it holds.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

from tests.harness.deliveries import woo_headers, woo_order
from tests.harness.ports import free_port
from tests.harness.waiting import wait_until

ROOT = Path(__file__).parents[2]
# Nothing of this checkout, and none of its owner's settings, may leak into the environment under test.
KEPT = ("PATH", "HOME", "SSL_CERT_FILE", "SSL_CERT_DIR")
STOP_TIMEOUT_S = 60


def main() -> int:
    """Build, install, run, send, look, stop. Raises whatever goes wrong."""
    with tempfile.TemporaryDirectory(prefix="wh-", dir="/tmp") as name:
        folder = Path(name)
        command = _install(folder)
        empty = folder / "empty"
        empty.mkdir()
        _run(command, empty)
    _say("the installed wheel works")
    return 0


def _install(folder: Path) -> Path:
    """The command of the wheel, built and put into an empty environment with the locked dependencies."""
    _say("building the wheel")
    _uv("build", "--quiet", "--wheel", "--out-dir", str(folder / "dist"))
    (wheel,) = (folder / "dist").glob("*.whl")
    _say(f"installing {wheel.name} into an empty environment")
    locked = folder / "locked.txt"
    _uv("export", "--quiet", "--locked", "--no-dev", "--no-emit-project", "--no-hashes", "--output-file", str(locked))
    environment = folder / "env"
    _uv("venv", "--quiet", "--no-project", "--python", sys.executable, str(environment))
    python = str(environment / "bin" / "python")
    _uv("pip", "install", "--quiet", "--python", python, "--constraints", str(locked), str(wheel))
    return environment / "bin" / "watbot-hooks"


def _uv(*arguments: str) -> None:
    subprocess.run(["uv", *arguments], cwd=ROOT, check=True, stdin=subprocess.DEVNULL)


def _run(command: Path, empty: Path) -> None:
    port = free_port()
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    environ = {**kept, "PORT": str(port), "LANGUAGE": "en"}
    with (empty.parent / "up.log").open("w+b") as log:
        process = subprocess.Popen(
            [command, "up"], cwd=empty, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            _check(process, port, empty)
        except BaseException:
            process.kill()
            log.seek(0)
            sys.stdout.write(log.read().decode("utf-8", "replace"))
            raise


def _check(process: subprocess.Popen[bytes], port: int, empty: Path) -> None:
    wait_until(lambda: _ready(process, port), timeout_s=60, every_s=0.1, what="/readyz is 200")
    assert (empty / "rules.yaml").is_file(), "up writes its example rules into an empty folder"
    _say("ready; sending a signed order")
    order = woo_order(number="1001")
    answer = httpx.post(
        f"http://127.0.0.1:{port}/hooks/shop", content=order, headers=woo_headers(order, "demo-shop-secret")
    )
    assert (answer.status_code, answer.json()["status"]) == (202, "queued"), answer.text
    (contact,) = wait_until(lambda: _delivered(port + 1), timeout_s=30, every_s=0.1, what="the contact is complete")
    _say(f"its contact: {contact['phone']}, {contact['tags']}, {contact['utm']}, {contact['status']}")
    process.send_signal(signal.SIGTERM)
    code = process.wait(STOP_TIMEOUT_S)
    assert code == 0, f"stopped with exit code {code}"


def _ready(process: subprocess.Popen[bytes], port: int) -> bool:
    assert process.poll() is None, f"up ended with exit code {process.returncode}"
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def _delivered(sandbox_port: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"http://127.0.0.1:{sandbox_port}/_sandbox/contacts").json()
    return [one for one in found if one["status"] and "Заказ 1001" in one["tags"] and one["utm"]]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
