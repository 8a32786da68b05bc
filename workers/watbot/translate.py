"""The one border where what happens outside becomes an error of ours: exceptions, statuses and malformed answers.

Total: every exception, every status and every body has an entry. Pure: errors are returned here, raised by the client.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

from processor.scrub import Scrubber
from processor.text import Text
from workers.outbound.retry_after import retry_after_ms
from workers.watbot import readers, wire
from workers.watbot.errors import (
    BadCall,
    UnavailableKind,
    WatbotContactUnknown,
    WatbotError,
    WatbotNonsense,
    WatbotRefused,
    WatbotThrottled,
    WatbotTokenRefused,
    WatbotUnavailable,
)

SENTENCE_CHARACTERS_MAX = 300
FAULTS_MAX = 32

# What a request may raise on its way; anything else is a fault of our own code and keeps its traceback.
OUTSIDE_FAILURES = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpx.CookieConflict,
    OSError,
    ValueError,
    RuntimeError,
)

# By the nearest class in the exception's own line of descent.
_UNAVAILABLE: dict[type[BaseException], UnavailableKind] = {
    httpx.TimeoutException: "timeout",
    TimeoutError: "timeout",
    httpx.ConnectError: "connect",
    httpx.NetworkError: "cut",
    httpx.RemoteProtocolError: "cut",
    OSError: "connect",
    httpx.ProxyError: "proxy",
    httpx.LocalProtocolError: "protocol",
    httpx.ProtocolError: "protocol",
    httpx.TooManyRedirects: "redirect",
    httpx.StreamError: "stream",
    BaseException: "other",
}
_ADDRESS_FAULTS = (httpx.InvalidURL, httpx.UnsupportedProtocol)

TOKEN_STATUSES = frozenset({401, 402, 403})
THROTTLED_STATUS = 429
BUSY_STATUSES = frozenset({408, 425})
NO_SUCH_METHOD_STATUSES = frozenset({404, 405, 410})
_NAMES_THE_CONTACT = frozenset({200, 400, 404, 410, 422})
_CONTACT_FIELD = "contact_id"
_UNKNOWN_CONTACT = re.compile(
    r"no query results for model \[[^\]]{0,80}contact\]|"
    r"\bcontact (?:was |is )?not found|\bcontact does(?: not|n.t) exist|"
    r"(?<!у )контакта? (?:с таким \S+ )?не (?:найден|существует)",
    re.I,
)
# Laravel's words for a path it does not know: nothing, "Not Found", or a sentence about routes.
_UNKNOWN_ROUTE = re.compile(
    r"(?:not found\.?)?\Z|.{0,200}\broute\b.{0,200}(?:not be found|not defined)"
    r"|.{0,200}not supported for (?:this )?route",
    re.I | re.S,
)


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """An answer before anything is decided about it; `retry_after` is the header as it came."""

    status: int
    body: bytes = field(default=b"", repr=False)
    retry_after: str | None = None


class _Broken:
    """Stands for a body that is no JSON."""


BROKEN = _Broken()


def error_of_exception(error: BaseException) -> WatbotError:
    """Our error for anything a request raised; only the class's name is taken over, for messages may hold the URL."""
    if isinstance(error, _ADDRESS_FAULTS):
        return BadCall("base_url", Text(ru="это не адрес HTTP", en="is no HTTP address"))
    if isinstance(error, httpx.DecodingError):
        return WatbotNonsense("encoding")
    kinds = (_UNAVAILABLE[base] for base in type(error).__mro__ if base in _UNAVAILABLE)
    return WatbotUnavailable(next(kinds, "other"), detail=type(error).__name__)


def error_of_answer(answer: RawAnswer, *, now_ms: int, scrubber: Scrubber) -> WatbotError | None:
    """Our error for an answer by its status (and for a 4xx its body); None for a 2xx."""
    status = answer.status
    if 200 <= status < 300:
        return None
    if status in TOKEN_STATUSES:
        return WatbotTokenRefused(status)
    if status == THROTTLED_STATUS or status in BUSY_STATUSES or 300 <= status < 400 or 500 <= status < 600:
        return _later(status, retry_after_ms(answer.retry_after, now_ms))
    if 400 <= status < 500:
        return _refusal(status, scrubber.scrub_tree(json_of(answer.body)))
    return WatbotNonsense("status", status=status, detail=f"HTTP {status}")


def _later(status: int, retry_after_ms: int | None) -> WatbotError:
    if status == THROTTLED_STATUS:
        return WatbotThrottled(retry_after_ms)
    kind: UnavailableKind = "busy" if status in BUSY_STATUSES else "redirect" if status < 400 else "server"
    return WatbotUnavailable(kind, status=status, detail=f"HTTP {status}", retry_after_ms=retry_after_ms)


def _refusal(status: int, told: Any) -> WatbotError:
    faults = readers.mapping(told)
    fields = _fields(faults.get("errors"))
    message = (readers.text(faults.get("message")) or "")[:SENTENCE_CHARACTERS_MAX]
    if wire.TOKEN_PARAMETER in fields:
        return WatbotTokenRefused(status)
    if status in _NAMES_THE_CONTACT and (
        set(fields) == {_CONTACT_FIELD} or (not fields and _UNKNOWN_CONTACT.search(message))
    ):
        return WatbotContactUnknown(status)
    if status in NO_SUCH_METHOD_STATUSES and not fields and _UNKNOWN_ROUTE.match(message):
        # A wrong address refuses everybody: that must not be taken for a fault of this one contact.
        return WatbotNonsense("address", status=status, detail=f"HTTP {status}")
    return WatbotRefused(status, fields=fields, message=message)


def _fields(errors: Any) -> dict[str, tuple[str, ...]]:
    faults = list(readers.mapping(errors).items())[:FAULTS_MAX]
    return {name[:SENTENCE_CHARACTERS_MAX]: _sentences(each) for name, each in faults}


def _sentences(value: Any) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    said = (readers.text(each) for each in listed[:FAULTS_MAX])
    return tuple(each[:SENTENCE_CHARACTERS_MAX] for each in said if each)


def json_of(body: bytes) -> Any:
    """The body as JSON, BROKEN when it is none. Never raises."""
    try:
        return msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return BROKEN


def success_of(answer: RawAnswer, scrubber: Scrubber) -> Any | WatbotError:
    """The JSON of a 2xx answer, or why it is none: HTML, half JSON, an error inside. An empty body is not JSON."""
    status, told = answer.status, json_of(answer.body)
    if isinstance(told, _Broken):
        return WatbotNonsense("html" if answer.body.lstrip().startswith(b"<") else "json", status=status)
    if not isinstance(told, dict | list):
        return WatbotNonsense("shape", status=status)
    inside = _error_inside(readers.mapping(told))
    if inside is None:
        return told
    if _fields(readers.mapping(told).get("errors")):
        # It names what is wrong, as a 422 does: to say the same again would be told the same.
        return _refusal(status, scrubber.scrub_tree(told))
    return WatbotNonsense("error_inside", status=status, detail=scrubber.scrub(inside)[:SENTENCE_CHARACTERS_MAX])


def _error_inside(told: dict[str, Any]) -> str | None:
    for key in ("error", "errors"):
        if told.get(key):
            return readers.text(told[key]) or readers.text(told.get("message")) or key
    if told.get("success") is False:
        return readers.text(told.get("message")) or "success: false"
    return None
