"""The limit over HTTP: two calls a second, then 429 with what a client needs to wait well."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.harness.sandbox import SandboxProcess
from tests.harness.waiting import wait_until
from tests.sandbox.conftest import api_client


@pytest.fixture(scope="module")
def process() -> Iterator[SandboxProcess]:
    """A sandbox with a limit that a test can see pass and one that it cannot."""
    with SandboxProcess(rate="3/m,2/s") as limited:
        yield limited


def test_past_the_limit_a_call_is_refused_until_the_window_has_room(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """429, Retry-After and the two rate headers; refused calls are listed, but they take no room."""
    allowed = [api.get("/getMe") for _ in range(2)]
    assert [answer.status_code for answer in allowed] == [200, 200]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in allowed] == ["1", "0"]
    refused = api.get("/getMe")
    assert (refused.status_code, refused.json()) == (429, {"message": "Too Many Attempts."})
    assert (refused.headers["Retry-After"], refused.headers["X-RateLimit-Remaining"]) == ("1", "0")
    third = wait_until(lambda: passed(api), timeout_s=5.0, every_s=0.05)
    assert third is not None
    assert third.headers["X-RateLimit-Limit"] == "3"
    calls = sandbox.calls()
    done = [call["monotonic_ms"] for call in calls if call["status"] == 200]
    assert len(done) == 3
    assert done[2] - done[0] >= 999.0
    assert {call["status"] for call in calls} == {200, 429}
    wait_until(lambda: int(api.get("/getMe").headers.get("Retry-After", "0")) > 1, timeout_s=5.0)


def test_refusals_for_other_reasons_take_no_room(sandbox: SandboxProcess) -> None:
    """401, 404 and 405 never reach the limiter; a 422 does."""
    with api_client(sandbox, token="") as nobody:
        assert [nobody.get("/getMe").status_code for _ in range(4)] == [401] * 4
    with api_client(sandbox) as api:
        assert [api.get(path).status_code for path in ("/nothing", "/setYsellStatus")] == [404, 405]
        assert [api.get("/getBotTags").status_code for _ in range(3)] == [422, 422, 429]


def test_a_refused_call_uses_up_no_fault(api: httpx.Client, sandbox: SandboxProcess) -> None:
    """A fault waits for a call that the limiter lets through."""
    for _ in range(2):
        api.get("/getMe")
    sandbox.fault(status=500)
    assert api.get("/getMe").status_code == 429
    assert len(sandbox.faults()) == 1


def passed(api: httpx.Client) -> httpx.Response | None:
    """The answer of a call that was not refused."""
    answer = api.get("/getMe")
    return answer if answer.status_code == 200 else None
