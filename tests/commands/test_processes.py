"""The processes one by one: `sandbox`, `serve` or uvicorn, `work` or dramatiq."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.commands.running import command, environ_of
from tests.harness.deliveries import woo_headers, woo_order
from tests.harness.ports import free_port
from tests.harness.rules import RULES_TEXT
from tests.harness.sandbox import SandboxProcess
from tests.harness.store import StoreProcess
from tests.harness.waiting import wait_until

TOKEN = "distinct-account-token"
RECEIVERS = {
    "serve": command("serve"),
    "uvicorn": [sys.executable, "-m", "uvicorn", "processor.asgi:app", "--host", "127.0.0.1", "--port"],
}
WORKERS = {
    "work": command("work"),
    "dramatiq": [sys.executable, "-m", "dramatiq", "workers.main", "--processes", "1", "--threads", "4"],
}


@contextmanager
def _running(arguments: list[str], folder: Path, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / f"log-{arguments[2]}").open("ab") as log:
        process = subprocess.Popen(
            arguments, cwd=folder, env=environ_of(environ), stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)


def _ok(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize(("receiver", "worker"), [("uvicorn", "dramatiq"), ("serve", "work")])
def test_an_event_passes_through_processes_started_one_by_one(tmp_path: Path, receiver: str, worker: str) -> None:
    (tmp_path / "rules.yaml").write_text(RULES_TEXT, "utf-8")
    port = free_port()
    own = RECEIVERS[receiver] + ([str(port)] if receiver == "uvicorn" else [])
    with StoreProcess() as store, SandboxProcess(rate="2/s", token=TOKEN) as watbot:
        environ = {"PORT": str(port), "DATA_DIR": str(store.folder), "WATBOT_API_TOKEN": TOKEN}
        environ["WATBOT_BASE_URL"] = watbot.url
        with _running(own, tmp_path, **environ), _running(WORKERS[worker], tmp_path, **environ) as working:
            wait_until(lambda: _ok(f"http://127.0.0.1:{port}/readyz"), timeout_s=40, what="both are ready")
            body = woo_order(number=5)
            headers = woo_headers(body, "demo-shop-secret")
            answer = httpx.post(f"http://127.0.0.1:{port}/hooks/shop", content=body, headers=headers)
            assert answer.status_code == 202
            wait_until(lambda: any(c["status"] for c in watbot.contacts()), what="the contact has its status")
            (contact,) = watbot.contacts()
            assert (contact["tags"], contact["status"]) == (["Покупатель", "Заказ 5"], "Новый заказ")
            working.send_signal(signal.SIGTERM)
            assert working.wait(30) == 0
        for log in tmp_path.glob("log-*"):
            assert TOKEN not in log.read_text("utf-8")
            assert "Traceback" not in log.read_text("utf-8")


def test_a_worker_waits_for_a_store_that_starts_later(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES_TEXT, "utf-8")
    store = StoreProcess()
    environ = {"DATA_DIR": str(store.folder), "WATBOT_API_TOKEN": TOKEN, "WATBOT_BASE_URL": "http://127.0.0.1:9/x"}
    with _running(WORKERS["work"], tmp_path, **environ) as working:
        wait_until(lambda: "working" in (tmp_path / f"log-{WORKERS['work'][2]}").read_text("utf-8"))
        with store:
            wait_until(lambda: store.client().zcard("wh:workers") == 1, what="the worker shows a sign of life")
        assert working.poll() is None


def test_the_sandbox_starts_and_says_loudly_what_it_is(tmp_path: Path) -> None:
    port = free_port()
    with _running(command("sandbox", "--port", str(port), "--tags", "replace"), tmp_path) as process:
        wait_until(lambda: _ok(f"http://127.0.0.1:{port}/_sandbox/calls"), what="the sandbox answers")
        assert httpx.get(f"http://127.0.0.1:{port}/api/v1/getMe?api_token=any").status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    said = (tmp_path / "log-processor.cli").read_text("utf-8")
    assert "SANDBOX, NOT WATBOT" in said
    assert "tags=replace" in said
