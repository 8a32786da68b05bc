"""Faults on order, over both of uvicorn's HTTP protocols, as a client sees them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from processor.sandbox.faults import Fault, read_fault
from tests.harness.sandbox import SandboxProcess
from tests.harness.waiting import wait_until
from tests.sandbox.conftest import api_client
from tests.sandbox.people import ANNA, BORIS

HTML = "<html><h1>502 Bad Gateway</h1></html>"


@pytest.fixture(scope="module", params=["httptools", "h11"])
def process(request: pytest.FixtureRequest) -> Iterator[SandboxProcess]:
    """The sandbox on one and on the other HTTP protocol."""
    with SandboxProcess(http=request.param) as sandbox:
        yield sandbox


def upsert(api: httpx.Client, person: dict[str, Any] = ANNA) -> httpx.Response:
    """One createOrUpdateContact."""
    return api.post("/createOrUpdateContact", json=person)


def test_a_status_is_answered_instead_of_the_work(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """With its body and headers; then the API is itself again."""
    sandbox.fault(calls=2, status=502, body=HTML, headers={"Retry-After": "7"})
    for _ in range(2):
        answer = upsert(api)
        assert (answer.status_code, answer.text, answer.headers["Retry-After"]) == (502, HTML, "7")
        assert answer.headers["Content-Type"].startswith("text/html")
    assert sandbox.contacts() == []
    assert upsert(api).status_code == 200
    assert [call["status"] for call in sandbox.calls()] == [502, 502, 200]


def test_a_body_alone_is_a_success_that_makes_no_sense(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """200 with HTML, as a proxy in between may send; nothing was done."""
    sandbox.fault(body=HTML)
    answer = upsert(api)
    assert (answer.status_code, answer.text) == (200, HTML)
    assert sandbox.contacts() == []


def test_headers_alone_are_added_to_the_real_answer(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """The work is done."""
    sandbox.fault(headers={"X-Trace": "да".encode().decode("latin-1")})
    answer = upsert(api)
    assert (answer.status_code, "X-Trace" in answer.headers) == (200, True)
    assert len(sandbox.contacts()) == 1


@pytest.mark.parametrize("status", [204, 304, 418, 503, 599])
def test_any_status_can_be_ordered_without_a_body(api: httpx.Client, sandbox: SandboxProcess, status: int) -> None:
    """And the connection stays usable."""
    sandbox.fault(status=status)
    answer = upsert(api)
    assert (answer.status_code, answer.content) == (status, b"")
    assert upsert(api).status_code == 200


def test_a_cut_before_closes_the_connection_and_does_nothing(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """The client sees an error of the transport, not an answer."""
    sandbox.fault(cut="before")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        upsert(api)
    assert sandbox.contacts() == []
    assert [call["status"] for call in sandbox.calls()] == [None]
    assert upsert(api).status_code == 200


def test_a_cut_after_closes_the_connection_when_all_is_done(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """The doubt that a client must live with: no answer, but the contact is there."""
    sandbox.fault(cut="after")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        upsert(api)
    assert [contact["name"] for contact in sandbox.contacts()] == ["Анна"]
    assert [(call["status"], call["contact_id"]) for call in sandbox.calls()] == [(None, 1)]


def test_a_cut_leaves_other_connections_alone(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """Only the connection of the call is closed."""
    with api_client(sandbox) as other:
        assert other.get("/getMe").status_code == 200
        sandbox.fault(cut="before", path="createOrUpdateContact")
        sandbox.fault(delay_ms=300, path="getMe")
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            upsert(api)
        assert other.get("/getMe").status_code == 200


def test_a_delay_comes_before_the_work(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """The answer is right, only late; with a status, the status is late."""
    sandbox.fault(delay_ms=200)
    sandbox.fault(delay_ms=200, status=500)
    for status in (200, 500):
        started = time.monotonic()
        assert upsert(api).status_code == status
        assert time.monotonic() - started >= 0.2


def test_delayed_work_is_done_even_when_the_client_has_left(sandbox: SandboxProcess) -> None:
    """A timeout proves nothing, as in life."""
    sandbox.fault(delay_ms=400)
    with api_client(sandbox) as api, pytest.raises(httpx.ReadTimeout):
        api.post("/createOrUpdateContact", json=ANNA, timeout=0.1)
    assert sandbox.contacts() == []
    wait_until(sandbox.contacts, what="the work was done")


@pytest.mark.parametrize(("cut", "contacts"), [(None, 0), ("before", 0), ("after", 1)])
def test_a_hanging_call_ends_when_the_client_leaves(sandbox: SandboxProcess, cut: str | None, contacts: int) -> None:
    """No answer ever; with `cut` "after", the work is done before the silence."""
    sandbox.fault(hang=True, cut=cut)
    with api_client(sandbox) as api, pytest.raises(httpx.ReadTimeout):
        api.post("/createOrUpdateContact", json=ANNA, timeout=0.2)
    assert len(sandbox.contacts()) == contacts
    assert [call["status"] for call in sandbox.calls()] == [None]


def test_faults_queue_up_in_order_and_wait_for_their_method(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """A fault of another method is passed over, not used up."""
    sandbox.fault(status=500, path="setYsellStatus")
    sandbox.fault(status=503, calls=2)
    sandbox.fault(status=504)
    assert [upsert(api, BORIS).status_code for _ in range(2)] == [503, 503]
    assert [(fault["status"], fault["calls"]) for fault in sandbox.faults()] == [(500, 1), (504, 1)]
    assert [upsert(api, BORIS).status_code for _ in range(2)] == [504, 200]
    assert api.post("/setYsellStatus", json={"contact_id": 1, "status": "Новый"}).status_code == 500
    assert sandbox.faults() == []


def test_without_a_token_a_fault_is_not_used_up(sandbox: SandboxProcess) -> None:
    """Faults are for calls that came through."""
    sandbox.fault(status=500)
    with api_client(sandbox, token="") as nobody:
        assert nobody.get("/getMe").status_code == 401
    assert len(sandbox.faults()) == 1


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "truncated"),
        (b"[]", "object"),
        (b"{", "truncated"),
        (b"\xff", "malformed"),
        (b"{}", "changes nothing"),
        (b'{"calls": 5}', "changes nothing"),
        (b'{"calls": 0, "status": 500}', "calls"),
        (b'{"calls": "2", "status": 500}', "calls"),
        (b'{"status": 99}', "status"),
        (b'{"status": 100}', "status"),
        (b'{"status": 600}', "status"),
        (b'{"delay_ms": -1}', "delay_ms"),
        (b'{"delay_ms": 9999999}', "delay_ms"),
        (b'{"cut": "now"}', "cut"),
        (b'{"statsu": 500}', "statsu"),
        (b'{"status": 500, "path": "getEverything"}', "createOrUpdateContact"),
        (b'{"status": 204, "body": "x"}', "no body"),
        (b'{"status": 500, "headers": {"Bad Name": "x"}}', "Bad Name"),
        (b'{"status": 500, "headers": {"X-A": "a\\r\\nX-B: b"}}', "X-A"),
        (b'{"status": 500, "headers": {"X-A": "\\u0416"}}', "X-A"),
        (b'{"status": 500, "headers": {"Content-Length": "5"}}', "Content-Length"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_with_its_reason(raw: bytes, reason: str) -> None:
    """Nothing is guessed."""
    refused = read_fault(raw, ["createOrUpdateContact", "getMe"])
    assert isinstance(refused, str)
    assert reason in refused


def test_a_refused_fault_is_answered_with_422_and_queues_nothing(sandbox: SandboxProcess) -> None:
    """Over HTTP."""
    answer = httpx.post(f"{sandbox.root}/_sandbox/faults", content=b'{"statsu": 500}', trust_env=False)
    assert answer.status_code == 422
    assert "statsu" in answer.json()["message"]
    assert sandbox.faults() == []


@pytest.mark.parametrize(
    ("fault", "works", "silent"),
    [
        (Fault(), True, False),
        (Fault(status=500), False, False),
        (Fault(body=""), False, False),
        (Fault(delay_ms=5), True, False),
        (Fault(hang=True), False, True),
        (Fault(cut="before"), False, True),
        (Fault(cut="after", status=500), True, True),
        (Fault(cut="after", hang=True), True, True),
    ],
)
def test_what_a_fault_does_follows_from_its_fields(fault: Fault, works: bool, silent: bool) -> None:
    """Whether the work is done, and whether there is an answer."""
    assert (fault.works, fault.silent) == (works, silent)
