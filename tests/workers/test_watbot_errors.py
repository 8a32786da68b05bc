"""Whatever happens outside becomes exactly one error of ours."""

import inspect
import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.scrub import Scrubber
from workers.outbound.retry_after import RETRY_AFTER_MAX_MS, retry_after_ms
from workers.watbot import errors
from workers.watbot.errors import (
    NONSENSE_TEXTS,
    UNAVAILABLE_TEXTS,
    BadCall,
    WatbotContactUnknown,
    WatbotError,
    WatbotNonsense,
    WatbotRefused,
    WatbotThrottled,
    WatbotTokenRefused,
    WatbotUnavailable,
)
from workers.watbot.translate import (
    OUTSIDE_FAILURES,
    RawAnswer,
    error_of_answer,
    error_of_exception,
    success_of,
)

NOW_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
NO_SECRETS = Scrubber([])
URL = "https://watbot.example/api/v1/getMe?api_token=very-secret"


def descendants(root: type[BaseException]) -> Iterator[type[BaseException]]:
    yield root
    for child in root.__subclasses__():
        yield from descendants(child)


HTTPX_CLASSES = sorted(
    {
        kind
        for root in (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, httpx.CookieConflict)
        for kind in descendants(root)
        if kind.__module__.startswith("httpx")
    },
    key=lambda kind: kind.__name__,
)


def example(kind: type[BaseException]) -> BaseException:
    """An exception of the class with the URL wherever it has room for it."""
    error = kind.__new__(kind, f"boom at {URL}")
    BaseException.__init__(error, f"boom at {URL}")
    vars(error)["_request"] = httpx.Request("GET", URL)
    return error


@pytest.mark.parametrize("kind", HTTPX_CLASSES)
def test_every_exception_of_httpx_has_an_error_of_ours(kind: type[BaseException]) -> None:
    """None falls through as "other", none carries its message over."""
    error = error_of_exception(example(kind))
    assert isinstance(error, WatbotUnavailable | WatbotNonsense | BadCall)
    assert issubclass(kind, OUTSIDE_FAILURES)
    assert "secret" not in f"{error!r} {error} {error.say('ru')} {vars(error)}"
    if isinstance(error, WatbotUnavailable) and kind not in (httpx.HTTPError, httpx.RequestError, httpx.TransportError):
        assert (error.kind == "other") == (kind in (httpx.HTTPStatusError, httpx.CookieConflict))


KINDS: list[tuple[BaseException, str]] = [
    (httpx.ConnectTimeout(""), "timeout"),
    (httpx.ReadTimeout(""), "timeout"),
    (httpx.WriteTimeout(""), "timeout"),
    (httpx.PoolTimeout(""), "timeout"),
    (TimeoutError(), "timeout"),
    (httpx.ConnectError(""), "connect"),
    (ConnectionRefusedError(), "connect"),
    (ssl.SSLError(), "connect"),
    (httpx.ReadError(""), "cut"),
    (httpx.WriteError(""), "cut"),
    (httpx.CloseError(""), "cut"),
    (httpx.RemoteProtocolError(""), "cut"),
    (httpx.ProxyError(""), "proxy"),
    (httpx.LocalProtocolError(""), "protocol"),
    (httpx.TooManyRedirects(""), "redirect"),
    (httpx.StreamConsumed(), "stream"),
    (httpx.ResponseNotRead(), "stream"),
    (RuntimeError("the client has been closed"), "other"),
    (UnicodeError("label too long"), "other"),
]


@pytest.mark.parametrize(("raised", "kind"), KINDS, ids=[type(case[0]).__name__ for case in KINDS])
def test_an_unavailable_watbot_is_named_by_what_failed(raised: BaseException, kind: str) -> None:
    """The kind is what a person can act on."""
    error = error_of_exception(raised)
    assert isinstance(error, WatbotUnavailable)
    assert error.kind == kind


def test_an_answer_that_cannot_be_decompressed_is_nonsense_and_a_bad_url_our_own_fault() -> None:
    """Neither is a matter of waiting for a connection."""
    assert isinstance(error_of_exception(httpx.DecodingError("")), WatbotNonsense)
    assert isinstance(error_of_exception(httpx.InvalidURL("")), BadCall)
    assert isinstance(error_of_exception(httpx.UnsupportedProtocol("")), BadCall)


def expected_class(status: int) -> type[WatbotError] | None:
    for statuses, kind in (
        (range(200, 300), None),
        ((429,), WatbotThrottled),
        ((401, 402, 403), WatbotTokenRefused),
        ((404, 405, 410), WatbotNonsense),
        ((408, 425), WatbotUnavailable),
        (range(300, 400), WatbotUnavailable),
        (range(500, 600), WatbotUnavailable),
        (range(400, 500), WatbotRefused),
    ):
        if status in statuses:
            return kind
    return WatbotNonsense


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"mess', b"[]", b'{"message": ""}', b"null", b"\xff", b"[" * 100_000]
)
def test_every_status_with_every_kind_of_body_has_an_error_of_ours(body: bytes) -> None:
    """From 100 to 599 and the impossible ones beyond; only a 2xx has none."""
    for status in (0, *range(100, 600), 600, 999):
        error = error_of_answer(RawAnswer(status, body), now_ms=NOW_MS, scrubber=NO_SECRETS)
        expected = expected_class(status)
        assert type(error) is (expected or type(None)), status
        if error:
            assert error.status == status
            assert error.say("ru") != error.say("en")


@given(st.integers(100, 999), st.binary(max_size=200), st.text(max_size=40))
def test_no_body_and_no_header_breaks_the_mapping(status: int, body: bytes, header: str) -> None:
    """It is total over garbage."""
    answer = RawAnswer(status, body, header)
    error_of_answer(answer, now_ms=NOW_MS, scrubber=NO_SECRETS)
    success_of(answer, NO_SECRETS)


def refusal(status: int, body: bytes) -> WatbotError | None:
    return error_of_answer(RawAnswer(status, body), now_ms=NOW_MS, scrubber=Scrubber(["very-secret"]))


def test_a_422_names_the_fields_as_laravel_does() -> None:
    """Sentences come as a list or alone; what is not text is left out."""
    faults = '{"email": ["Неверный адрес."], "tags.0": "Длинно", "x": [1, {}]}'
    error = refusal(422, f'{{"message": "The given data was invalid.", "errors": {faults}}}'.encode())
    assert isinstance(error, WatbotRefused)
    assert error.fields == {"email": ("Неверный адрес.",), "tags.0": ("Длинно",), "x": ("1",)}
    assert error.say("ru") == "Watbot не принял данные (HTTP 422): email: Неверный адрес.; tags.0: Длинно; x: 1"


CONTACT_UNKNOWN: list[tuple[int, bytes]] = [
    (422, b'{"errors": {"contact_id": ["The selected contact id is invalid."]}}'),
    (404, b'{"errors": {"contact_id": []}}'),
    (404, b'{"message": "No query results for model [App\\\\Models\\\\Contact] 41"}'),
    (404, '{"message": "Контакт не найден"}'.encode()),
]


@pytest.mark.parametrize(("status", "body"), CONTACT_UNKNOWN)
def test_a_refusal_only_of_the_contact_id_means_the_contact_is_unknown(status: int, body: bytes) -> None:
    """Then the id must be learnt again."""
    assert isinstance(refusal(status, body), WatbotContactUnknown)


REFUSED: list[tuple[int, bytes, type[WatbotError]]] = [
    (422, b'{"errors": {"contact_id": ["?"], "status": ["?"]}}', WatbotRefused),
    (422, b'{"errors": {"api_token": ["?"]}}', WatbotTokenRefused),
    (422, b"<html>", WatbotRefused),
    (400, b'{"message": "Bot not found"}', WatbotRefused),
    (404, b'{"message": "Bot is deleted"}', WatbotRefused),
    (404, b'{"message": "The route api/v1/getMe could not be found."}', WatbotNonsense),
    (404, b'{"message": "Not Found."}', WatbotNonsense),
    (405, b'{"message": "The GET method is not supported for this route. Supported methods: POST."}', WatbotNonsense),
    (413, b"<html>", WatbotRefused),
]


@pytest.mark.parametrize(("status", "body", "kind"), REFUSED)
def test_a_refusal_is_told_from_a_wrong_address_and_a_wrong_token(status: int, body: bytes, kind: type[Any]) -> None:
    """A wrong address refuses everybody and must not be laid on one contact."""
    assert type(refusal(status, body)) is kind


def test_what_a_refusal_says_is_scrubbed_and_bounded() -> None:
    """An error page may repeat the URL, and may be long."""
    names = ", ".join(f'"f{number}": ["{"x" * 1000} very-secret"]' for number in range(100))
    error = refusal(422, f'{{"message": "at /a?api_token=abc very-secret", "errors": {{{names}}}}}'.encode())
    assert isinstance(error, WatbotRefused)
    assert "secret" not in f"{error!r} {error} {vars(error)}"
    assert "abc" not in error.message
    assert len(error.fields) == 32
    assert all(len(sentence) <= 300 for sentences in error.fields.values() for sentence in sentences)


SUCCESSES: list[tuple[bytes, str | None]] = [
    (b'{"data": []}', None),
    (b"[]", None),
    (b'\xef\xbb\xbf{"data": {}}', None),
    (b'{"data": 1, "error": null, "errors": []}', None),
    (b'{"error": "Too many"}', "error_inside"),
    (b'{"errors": ["?"], "message": "bad"}', "error_inside"),
    (b'{"success": false}', "error_inside"),
    (b"<!doctype html>", "html"),
    (b"\n <br />Warning: x", "html"),
    (b'{"data": [', "json"),
    (b"", "json"),
    (b"\xff\xfe", "json"),
    (b'"text"', "shape"),
    (b"null", "shape"),
    (b"41", "shape"),
]


@pytest.mark.parametrize(("body", "kind"), SUCCESSES)
def test_a_success_is_believed_only_when_it_is_an_answer_of_this_api(body: bytes, kind: str | None) -> None:
    """HTML, half JSON and errors inside are nonsense, each by its name."""
    read = success_of(RawAnswer(200, body), NO_SECRETS)
    assert (read.kind if isinstance(read, WatbotNonsense) else None) == kind


RETRY_AFTER: list[tuple[str | None, int | None]] = [
    (None, None),
    ("", None),
    ("0", 0),
    ("2", 2_000),
    (" 30 ", 30_000),
    ("1.5", 1_500),
    ("-5", 0),
    ("99999999999", RETRY_AFTER_MAX_MS),
    ("9" * 5_000, RETRY_AFTER_MAX_MS),
    ("Thu, 01 Jan 2026 00:00:30 GMT", 30_000),
    ("Thu, 01 Jan 2026 03:00:30 +0300", 30_000),
    ("Wed, 31 Dec 2025 23:00:00 GMT", 0),
    ("Fri, 01 Jan 2100 00:00:00 GMT", RETRY_AFTER_MAX_MS),
    ("Thu, 99 Jan 2026 00:00:30 GMT", None),
    ("soon", None),
    ("1, 2", None),
    ("1e9", None),
    ("inf", None),
    ("nan", None),
    ("٣", None),
]


@pytest.mark.parametrize(("header", "expected_ms"), RETRY_AFTER)
def test_retry_after_is_read_as_seconds_or_a_date_and_bounded(header: str | None, expected_ms: int | None) -> None:
    """Garbage counts as not said."""
    assert retry_after_ms(header, NOW_MS) == expected_ms


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_reaches_the_error(status: int) -> None:
    """For a pause and for a repair alike."""
    error = error_of_answer(RawAnswer(status, b"", "7"), now_ms=NOW_MS, scrubber=NO_SECRETS)
    assert isinstance(error, WatbotThrottled | WatbotUnavailable)
    assert error.retry_after_ms == 7_000


def test_every_error_of_the_page_has_its_place_under_watbot_error() -> None:
    """And every kind has its sentence in both languages."""
    classes = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, WatbotError)]
    assert {kind.__name__ for kind in classes} == {
        "WatbotError",
        "WatbotThrottled",
        "WatbotUnavailable",
        "WatbotNonsense",
        "WatbotTokenRefused",
        "WatbotRefused",
        "WatbotContactUnknown",
        "WatbotNothingThere",
        "BadCall",
    }
    for text in (*UNAVAILABLE_TEXTS.values(), *NONSENSE_TEXTS.values()):
        assert text.ru
        assert text.en
