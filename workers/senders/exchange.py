"""Requests to the senders' APIs: one bounded answer within one deadline, and no failure that is not named."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import msgspec

from processor.clock import Clock
from processor.domain.delivery import Want
from processor.domain.source import Api
from processor.scrub import Scrubber
from workers.outbound.quiet import TokenFilter
from workers.outbound.retry_after import retry_after_ms
from workers.outbound.transport import DeadlineTransport, deadline, is_past
from workers.senders.amocrm import AmoCrmApi
from workers.senders.answer import Ask, Client, Failed, Result
from workers.senders.bitrix24 import Bitrix24Api
from workers.senders.ecwid import EcwidApi
from workers.senders.pretix import PretixApi

ANSWER_BYTES_MAX: Final = 1024 * 1024
SECRET_CHARACTERS_MIN: Final = 6
HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",  # a compressed answer could unfold far beyond ANSWER_BYTES_MAX in one step
    "User-Agent": "watbot-hooks",
}

CLIENTS: Final[Mapping[str, Client]] = {
    "amocrm": AmoCrmApi(),
    "bitrix24": Bitrix24Api(),
    "ecwid": EcwidApi(),
    "pretix": PretixApi(),
}


class Senders:
    """The senders' APIs; safe to use from several threads. Waits for nothing and repeats nothing.

    `timeout_s` bounds a whole call (the look-up of the host's name aside); `transport` is a seam. Redirects are not
    followed: the address is the owner's, and nobody else may send us elsewhere with his token.
    """

    def __init__(self, *, timeout_s: float, clock: Clock, transport: httpx.BaseTransport | None = None) -> None:
        self._timeout_s = timeout_s
        self._clock = clock
        self._filters: dict[Api, TokenFilter] = {}
        self._lock = threading.Lock()
        self._http = httpx.Client(
            headers=HEADERS,
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(timeout_s),
            transport=transport or DeadlineTransport(),
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        with self._lock:
            for each in self._filters.values():
                each.remove()
            self._filters.clear()

    def get(self, preset: str, want: Want, api: Api) -> Result:
        """What the sender tells of `want`. Never raises for anything that the other side does."""
        client = CLIENTS.get(preset)
        ask = client.ask(want, api) if client else None
        if client is None or ask is None:
            return Failed("no_address")
        self._hide(api)
        return self._exchange(client, want, ask)

    def _exchange(self, client: Client, want: Want, ask: Ask) -> Result:
        try:
            with (
                deadline(self._timeout_s),
                self._http.stream(ask.verb, ask.url, headers=ask.headers, json=ask.json) as response,
            ):
                content = _read(response)
                status, asked = response.status_code, response.headers.get("Retry-After")
        except (httpx.TimeoutException, TimeoutError):
            return Failed("timeout")
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            return Failed("no_address")
        except (httpx.HTTPError, httpx.StreamError, OSError, ValueError, RuntimeError):
            return Failed("connect")
        if isinstance(content, Failed):
            return content
        told = client.read(want, status, _json(content))
        rest_ms = retry_after_ms(asked, self._clock.now_ms())
        if isinstance(told, Failed) and told.later and rest_ms is not None:
            return Failed(told.reason, told.status, rest_ms)
        return told

    def _hide(self, api: Api) -> None:
        """From now on no log line of the HTTP libraries shows this token or the path with the key in it."""
        with self._lock:
            if api in self._filters:
                return
            hidden = ((api.token or "").strip(), _path(api.url or ""))
            secrets = [part for part in hidden if len(part) >= SECRET_CHARACTERS_MIN]
            made = self._filters[api] = TokenFilter(Scrubber(secrets))
            made.install()


def _read(response: httpx.Response) -> bytes | Failed:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if is_past():
            return Failed("timeout", response.status_code)
        if len(content) > ANSWER_BYTES_MAX:
            return Failed("nonsense", response.status_code)
    return bytes(content)


def _path(url: str) -> str:
    try:
        return urlsplit(url).path.strip("/")
    except ValueError:
        return url


def _json(content: bytes) -> Any:
    try:
        return msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return None
