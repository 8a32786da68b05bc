"""Whatever may happen at the border ends in one verdict: every exception, every status, every answer."""

from __future__ import annotations

import builtins
import gzip
import inspect
import json
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, get_args

import h11
import httpcore
import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.call import AttachTag, Call, DeleteVariable, DetachTag, SetStatus, SetVariable, Upsert
from processor.domain.contact import ContactId
from processor.domain.diff import PlannedCall, Reason
from processor.domain.known import Known
from processor.domain.wish import Wish
from processor.store.contacts import ContactState
from workers.answered import Answered, after_error
from workers.outbound.retry_after import RETRY_AFTER_MAX_MS
from workers.outbound.transport import httpx_errors
from workers.verdict import TABLE, Done, Learn, Refuse, Retry, Stop, Verdict, Wait, verdict
from workers.watbot import errors
from workers.watbot.client import WatbotClient
from workers.watbot.errors import WatbotError, WatbotNonsense, WatbotNothingThere

ANNA = ContactId(1, "whatsapp", "+79000000001")
ECHO = {"id": 41, "bot_id": 1, "messenger": "whatsapp", "phone": "79000000001", "name": "Анна", "tags": [], "utm": []}
SECRET = "very-secret"

CALLS: dict[str, tuple[Call, Reason, str]] = {
    "upsert": (Upsert(contact=ANNA, name="Анна", phone=ANNA.id), "fields_differ", "field:name"),
    "status": (SetStatus(watbot_id=41, status="Новый"), "status", "status"),
    "variable": (SetVariable(watbot_id=41, name="x", value="1"), "variable_differs", "variable:x"),
    "no variable": (DeleteVariable(watbot_id=41, name="x"), "variable_unwanted", "variable:x"),
    "tag": (AttachTag(watbot_id=41, name="A"), "tag_missing", "tag:A"),
    "no tag": (DetachTag(watbot_id=41, name="A"), "tag_unwanted", "tag:A"),
}


def _client(answer: Callable[[httpx.Request], httpx.Response]) -> WatbotClient:
    return WatbotClient("https://watbot.example/api/v1", SECRET, transport=httpx.MockTransport(answer))


def _outcome(name: str, answer: Callable[[httpx.Request], httpx.Response]) -> tuple[Exception | None, Verdict]:
    """How the call ends, and the verdict; what is written down after it must make sense too."""
    call, reason, element = CALLS[name]
    error = _raised(call, answer)
    judged = verdict(error, 1, 1.0)
    if error:
        _makes_sense(_written(call, reason, element, error), judged)
        assert SECRET not in f"{error!r} {error} {vars(error)} {error.__context__!r}"
    return error, judged


def _raised(call: Call, answer: Callable[[httpx.Request], httpx.Response]) -> Exception | None:
    try:
        _client(answer).call(call)
    except Exception as error:  # noqa: BLE001  whatever it is
        return error
    return None


def _giving(status: int, **parts: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(status, **parts)


def _written(call: Call, reason: Reason, element: str, error: Exception) -> Answered:
    wish = Wish(element=element, value="1", stamp="s" * 27, event="e", rule="r")
    known = Known(watbot_id=41, fields={"name": "Анна"}, tags=(), seen_ms=5)
    state = ContactState(contact=ANNA, wanted={element: wish}, known=known)
    return after_error(state, PlannedCall(call, (reason,), (element,)), error, now_ms=9, took_ms=1, jitter=1.0)


def _makes_sense(answered: Answered, judged: Verdict) -> None:
    entry = answered.entry
    assert bool(entry.settled) is isinstance(judged, Done)
    assert bool(entry.refused) is isinstance(judged, Refuse)
    assert bool(answered.rest_ms) is isinstance(judged, Wait | Stop) is (answered.outcome in {"throttled", "stopped"})
    assert (entry.then == "retry" and entry.delay_ms >= 500) is isinstance(judged, Retry | Learn)
    assert entry.stories


def _classes(*modules: ModuleType) -> list[type[BaseException]]:
    """Every exception class that the modules name, and what descends from them, in a fixed order."""
    named = {kind for module in modules for _, kind in inspect.getmembers(module, inspect.isclass)}
    found = {child for kind in named if issubclass(kind, Exception) for child in _descendants(kind)}
    ours = {module.__name__ for module in modules} | {"builtins", "json.decoder"}
    chosen = {kind for kind in found if kind.__module__.split(".")[0] in {name.split(".")[0] for name in ours}}
    return sorted(chosen, key=lambda kind: (kind.__module__, kind.__name__))


def _descendants(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _descendants(child)


def _example(kind: type[BaseException]) -> BaseException:
    """One of the class, without what its constructor wants; it knows the URL with the token."""
    text = f"boom at https://watbot.example/?api_token={SECRET}"
    error = kind.__new__(kind, text)
    if not issubclass(kind, UnicodeError | BaseExceptionGroup):
        BaseException.__init__(error, text)
    return error


OUTSIDE = [
    kind
    for kind in _classes(httpx, httpcore, h11, ssl, socket, zlib, msgspec, json)
    if issubclass(kind, OSError | ValueError | RuntimeError | httpx.HTTPError | httpx.StreamError | httpx.InvalidURL)
    or kind.__module__.split(".")[0] == "httpcore"
]
ELSE = sorted(
    {kind for kind in _descendants(Exception) if kind.__module__ == builtins.__name__}
    - set(OUTSIDE)
    - {ExceptionGroup},
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", OUTSIDE, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_exception_that_the_libraries_know_becomes_an_error_of_ours(kind: type[BaseException]) -> None:
    """None is left to chance: on the way there, and in the middle of the answer."""

    def fail(*_: Any) -> httpx.Response:
        with httpx_errors():
            raise _example(kind)
        raise AssertionError

    class Torn(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b'{"da'
            fail()

    for answer in (fail, lambda _: httpx.Response(200, stream=Torn())):
        error, judged = _outcome("status", answer)
        assert isinstance(error, WatbotError)
        assert isinstance(judged, Retry | Refuse)
        assert judged.reason != "unexpected"


@pytest.mark.parametrize("kind", ELSE, ids=lambda kind: kind.__name__)
def test_a_fault_of_our_own_is_tried_again_and_never_taken_for_done(kind: type[Exception]) -> None:
    call, reason, element = CALLS["status"]
    error = _example(kind)
    assert isinstance(error, Exception)
    judged = verdict(error, 1, 1.0)
    assert isinstance(judged, Retry)
    _makes_sense(_written(call, reason, element, error), judged)


def test_every_error_of_ours_has_a_row_and_a_way_on() -> None:
    """A new class without a row, and a new verdict without a consequence, fail here."""
    page = {kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, WatbotError)}
    assert page | set(_descendants(WatbotError)) <= set(TABLE)
    call, reason, element = CALLS["status"]
    for kind in page:
        error = _example(kind)
        assert isinstance(error, WatbotError)
        vars(error).update(retry_after_ms=None, kind="other", fields={}, field="x", text=errors.NONSENSE_TEXTS["json"])
        judged = verdict(error, 1, 1.0)
        assert type(judged) in get_args(Verdict)
        _makes_sense(_written(call, reason, element, error), judged)


BODIES: dict[str, httpx.Response] = {
    "nothing": httpx.Response(200),
    "a page": httpx.Response(200, text="<!doctype html><title>Вход</title>"),
    "half a body": httpx.Response(200, text='{"data": {"id": 41, "na'),
    "half a character": httpx.Response(200, content=b'{"data": "\xd0'),
    "another encoding": httpx.Response(200, content='{"data": "Анна"}'.encode("cp1251")),
    "null": httpx.Response(200, json=None),
    "a list": httpx.Response(200, json=[]),
    "a number": httpx.Response(200, json=41),
    "a text": httpx.Response(200, json="ok"),
    "true": httpx.Response(200, json=True),
    "an error": httpx.Response(200, json={"error": "Server busy"}),
    "an error as an object": httpx.Response(200, json={"error": {"code": 7}}),
    "no success": httpx.Response(200, json={"success": False}),
    "a message with errors": httpx.Response(200, json={"message": "bad", "errors": ["bad"]}),
    "an empty contact": httpx.Response(200, json={"data": []}),
    "a contact without a number": httpx.Response(200, json={"data": {"name": "Анна"}}),
    "another phone": httpx.Response(200, json={"data": ECHO | {"phone": "79000000002"}}),
    "another bot": httpx.Response(200, json={"data": ECHO | {"bot_id": 2}}),
    "another messenger": httpx.Response(200, json={"data": ECHO | {"messenger": "vk"}}),
    "very deep": httpx.Response(200, content=b"[" * 100_000),
    "a huge number": httpx.Response(200, content=b'{"data": {"id": ' + b"9" * 10_000 + b"}}"),
    "an infinite number": httpx.Response(200, content=b'{"data": {"id": 1e999}}'),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_contact_is_believed_only_from_an_echo_of_its_own(what: str) -> None:
    error, judged = _outcome("upsert", lambda _: BODIES[what])
    assert isinstance(error, WatbotNonsense)
    assert isinstance(judged, Retry)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("what", BODIES)
def test_no_answer_breaks_any_call(name: str, what: str) -> None:
    error, _ = _outcome(name, lambda _: BODIES[what])
    assert error is None or isinstance(error, WatbotError)


def test_the_content_type_decides_nothing() -> None:
    body = json.dumps({"data": ECHO}).encode()
    for kind in ("text/html", "application/octet-stream", "nonsense;;=", ""):
        assert _outcome("upsert", _giving(200, content=body, headers={"content-type": kind})) == (None, Done())


def test_a_compressed_answer_is_read_and_a_broken_one_tried_again() -> None:
    whole = gzip.compress(json.dumps({"data": ECHO}).encode())
    for body, is_good in ((whole, True), (b"no gzip at all", False), (whole[:20], False)):
        for name in ("upsert", "status"):
            answer = _giving(200, stream=httpx.ByteStream(body), headers={"Content-Encoding": "gzip"})
            error, judged = _outcome(name, answer)
            if is_good and name == "upsert":
                assert error is None
            else:
                assert isinstance(error, WatbotNonsense)
                assert isinstance(judged, Retry)


@pytest.mark.parametrize("name", CALLS)
def test_every_status_has_a_verdict_for_every_call(name: str) -> None:
    """From 100 to 599; only a 2xx is done, and what was to go and is not there."""
    for status in range(100, 600):
        for body in (b"", b"<html>", b'{"message": "x"}', b'{"errors": {"contact_id": ["?"]}}', b"null"):
            error, judged = _outcome(name, _giving(status, content=body))
            assert type(judged) in get_args(Verdict)
            if isinstance(judged, Done):
                assert 200 <= status < 300 or isinstance(error, WatbotNothingThere)
            if status == 429 or status >= 500:
                assert isinstance(judged, Wait if status == 429 else Retry)
            if status in {401, 402, 403}:
                assert isinstance(judged, Stop)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_with_the_token(status: int) -> None:
    asked: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(status, headers={"Location": "https://elsewhere.example/api/v1/getMe"})

    _, judged = _outcome("upsert", answer)
    assert judged == Retry(1_000, "unavailable_redirect")
    assert [url.host for url in asked] == ["watbot.example"]


@settings(max_examples=200, deadline=None)
@given(header=st.one_of(st.text(st.characters(codec="ascii", exclude_categories=["Cc"])), st.integers().map(str)))
@pytest.mark.parametrize("status", [429, 503])
def test_no_retry_after_stops_us_for_longer_than_an_hour(status: int, header: str) -> None:
    _, judged = _outcome("status", lambda _: httpx.Response(status, headers={"Retry-After": header}))
    assert isinstance(judged, Wait | Retry)
    assert 0 < judged.delay_ms <= RETRY_AFTER_MAX_MS
