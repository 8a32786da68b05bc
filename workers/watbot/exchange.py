"""One request out, one bounded answer back: the only place that touches httpx's client, and holds the token."""

from __future__ import annotations

from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import httpx

from processor.clock import Clock
from processor.scrub import Scrubber
from processor.text import Text
from workers.outbound.quiet import TokenFilter
from workers.outbound.transport import deadline, is_past
from workers.watbot.absent import nothing_there
from workers.watbot.check import check_text
from workers.watbot.errors import BadCall, WatbotError, WatbotNonsense, WatbotUnavailable
from workers.watbot.translate import (
    OUTSIDE_FAILURES,
    RawAnswer,
    error_of_answer,
    error_of_exception,
    json_of,
    success_of,
)
from workers.watbot.wire import TOKEN_PARAMETER

ANSWER_BYTES_MAX = 16 * 1024 * 1024
REFUSAL_BYTES_MAX = 64 * 1024

HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",  # a compressed answer could unfold far beyond ANSWER_BYTES_MAX in one step
    "User-Agent": "watbot-hooks",
    "X-Requested-With": "XMLHttpRequest",
}


class Exchange:
    """Requests to one base URL with one token. Raises BadCall when the URL is no HTTP address or the token is empty."""

    def __init__(
        self, base_url: str, token: str, *, timeout_s: float, transport: httpx.BaseTransport, clock: Clock
    ) -> None:
        self.base_url = _checked_url(base_url)
        check_text("token", token)
        self._timeout_s = timeout_s
        self._clock = clock
        self._scrubber = Scrubber([token.strip()])
        self._filter = TokenFilter(self._scrubber)
        self._filter.install()
        self._http = httpx.Client(
            base_url=self.base_url,
            params={TOKEN_PARAMETER: token.strip()},
            headers=HEADERS,
            # Without a jar that refuses all, Laravel's session cookies would be kept and shared between threads.
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(timeout_s),
            transport=transport,
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connections; requests made afterwards raise WatbotUnavailable."""
        self._http.close()
        self._filter.remove()

    def json(
        self,
        verb: str,
        method: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        may_be_empty: bool = False,
        takes_away: bool = False,
    ) -> Any:
        """The JSON of a successful answer: an object or a list; None only for an empty one where that may be.

        `takes_away`: the call removes something, and may be told that there is nothing to remove. Raises WatbotError.
        """
        # Errors come back as values and are raised here, where no exception with a URL in it is being handled.
        outcome = self._outcome(verb, method, query, body, may_be_empty, takes_away)
        if isinstance(outcome, WatbotError):
            raise outcome
        return outcome

    def _outcome(
        self,
        verb: str,
        method: str,
        query: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
        may_be_empty: bool,
        takes_away: bool,
    ) -> Any | WatbotError:
        answer = self._request(verb, method, query, body)
        if isinstance(answer, WatbotError):
            return answer
        read: Any = error_of_answer(answer, now_ms=self._clock.now_ms(), scrubber=self._scrubber)
        if read is None:
            read = None if may_be_empty and not answer.body.strip() else success_of(answer, self._scrubber)
        if takes_away and isinstance(read, WatbotError):
            return nothing_there(read, json_of(answer.body)) or read
        return read

    def _request(
        self, verb: str, method: str, query: Mapping[str, str] | None, body: Mapping[str, Any] | None
    ) -> RawAnswer | WatbotError:
        try:
            with deadline(self._timeout_s), self._http.stream(verb, f"/{method}", params=query, json=body) as response:
                return _read(response)
        except OUTSIDE_FAILURES as error:
            return error_of_exception(error)


def _read(response: httpx.Response) -> RawAnswer | WatbotError:
    status, content = response.status_code, bytearray()
    bytes_max = ANSWER_BYTES_MAX if response.is_success else REFUSAL_BYTES_MAX
    for chunk in response.iter_bytes():
        content += chunk
        if is_past():
            return WatbotUnavailable("timeout", status=status, detail="deadline")
        if len(content) > bytes_max:
            if response.is_success:
                return WatbotNonsense("size", status=status)
            break  # the status alone decides; the rest is somebody's error page
    return RawAnswer(status, bytes(content[:bytes_max]), response.headers.get("Retry-After"))


def _checked_url(base_url: str) -> str:
    try:
        urlsplit(base_url)  # minds brackets, which httpx lets through
        url = httpx.URL(base_url)
    except (httpx.InvalidURL, ValueError, TypeError):
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo or url.query or url.fragment:
        raise BadCall(
            "base_url",
            Text(
                ru="нужен адрес вида https://watbot.ru/api/v1, без пароля и параметров",
                en="must be an address such as https://watbot.ru/api/v1, without a password or parameters",
            ),
        )
    return str(url)
