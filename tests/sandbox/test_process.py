"""The process: what it prints, what its page shows, how it stops."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

import httpx
import pytest

from tests.harness.sandbox import REPOSITORY, SandboxProcess
from tests.harness.waiting import wait_until
from tests.sandbox.conftest import TOKEN
from tests.sandbox.people import ANNA

STOPS_WITHIN_S = 2.5


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, run to its end."""
    command = [sys.executable, "-m", "processor.sandbox", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=20, check=False)


def test_at_its_start_it_says_that_it_is_not_watbot(sandbox: SandboxProcess) -> None:
    """In both languages, with its address, on one screen."""
    said = sandbox.output()
    for expected in ("ПЕСОЧНИЦА, А НЕ WATBOT", "SANDBOX, NOT WATBOT", sandbox.url):
        assert expected in said
    assert len(said.splitlines()) <= 24


def test_the_page_shows_contacts_and_escapes_them(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """A newcomer's proof that it works, and no way in for a hostile name."""
    evil = "<script>alert(1)</script>"
    body = {**ANNA, "name": evil, "tags": ["Покупатель", "<b>"], "utm": {"utm_source": '"><i>'}}
    api.post("/createOrUpdateContact", json=body)
    api.post("/setYsellStatus", json={"contact_id": 1, "status": "Новый заказ"})
    page = httpx.get(sandbox.root, trust_env=False)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for expected in ("Песочница, а не Watbot", "79000000001", "Покупатель", "Новый заказ", "&lt;script&gt;alert(1)"):
        assert expected in page.text
    for forbidden in (evil, "<b>", "<i>", TOKEN):
        assert forbidden not in page.text


def test_the_page_is_friendly_when_it_is_empty(sandbox: SandboxProcess) -> None:
    """And a hostile Host header is only text."""
    page = httpx.get(sandbox.root, headers={"Host": "<script>"}, trust_env=False)
    assert "Пока ни одного" in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize(("verb", "path", "status"), [("GET", "/nothing", 404), ("POST", "/_sandbox/calls", 405)])
def test_other_paths_are_refused_in_json(sandbox: SandboxProcess, verb: str, path: str, status: int) -> None:
    """Everything but the page speaks JSON."""
    answer = httpx.request(verb, f"{sandbox.root}{path}", trust_env=False)
    assert (answer.status_code, list(answer.json())) == (status, ["message"])


@pytest.mark.parametrize("since", ["-1", "x", "1.5", "٣", "9" * 30])
def test_a_since_that_makes_no_sense_is_refused(sandbox: SandboxProcess, since: str) -> None:
    """422 with a reason."""
    answer = httpx.get(f"{sandbox.root}/_sandbox/calls", params={"since": since}, trust_env=False)
    assert answer.status_code == 422


def test_nothing_that_is_printed_holds_a_token_or_a_query(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """No access log: the token stands in the address."""
    api.post("/createOrUpdateContact", json=ANNA)
    api.get("/nothing")
    api.post("/createOrUpdateContact", content=b'{"a":' * 50_000, headers={"Content-Type": "application/json"})
    assert TOKEN not in sandbox.output()
    assert "api_token" not in sandbox.output()


REQUEST = (
    b"POST /api/v1/createOrUpdateContact?api_token=x HTTP/1.1\r\nHost: sandbox\r\n"
    b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n"
)


@pytest.mark.parametrize(
    ("fault", "body"),
    [(None, b'{"a": 123}'), ({"hang": True}, b'{"a": 123}'), ({"delay_ms": 60_000}, b'{"a": 123}'), (None, b'{"a')],
    ids=["idle", "hanging", "delayed", "half a body"],
)
def test_sigterm_stops_it_soon_whatever_is_open(fault: dict[str, object] | None, body: bytes) -> None:
    """Idle connections, hanging, delayed and unfinished calls do not hold it up, and it ends well."""
    with SandboxProcess() as sandbox, socket.create_connection(("127.0.0.1", sandbox.port)) as connection:
        if fault:
            sandbox.fault(**fault)
        connection.sendall(REQUEST + body)
        wait_until(sandbox.calls, what="the call has arrived")
        started = time.monotonic()
        assert sandbox.stop() == 0
        assert time.monotonic() - started < STOPS_WITHIN_S
        assert "Traceback" not in sandbox.output()


@pytest.mark.parametrize("path", [b"/api/v1/createOrUpdateContact?api_token=x", b"/_sandbox/faults"])
def test_a_client_that_leaves_in_the_middle_of_its_body_disturbs_nothing(sandbox: SandboxProcess, path: bytes) -> None:
    """No traceback, no contact, and the next call is answered."""
    with socket.create_connection(("127.0.0.1", sandbox.port)) as connection:
        connection.sendall(b"POST " + path + b" HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 10\r\n\r\n{")
    assert sandbox.contacts() == []
    assert "Traceback" not in sandbox.output()


def test_a_taken_port_is_said_plainly(sandbox: SandboxProcess) -> None:
    """No traceback, exit code 1."""
    ended = run("--port", str(sandbox.port))
    assert ended.returncode == 1
    assert "не запустилась" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "arguments", [("--rate", "2/h"), ("--port", "70000"), ("--tags", "merge"), ("--utm", "no"), ("--token", "")]
)
def test_wrong_arguments_are_refused(arguments: tuple[str, str]) -> None:
    """Exit code 2, naming the argument."""
    ended = run(*arguments)
    assert ended.returncode == 2
    assert arguments[0] in ended.stderr
