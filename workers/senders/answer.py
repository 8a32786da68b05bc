"""A request to a sender's API and what its answer comes to; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from urllib.parse import quote

from processor.domain.delivery import Want
from processor.domain.source import Api

# Why nothing was told. `later`: try again; the others: asking again would be told the same.
Reason = Literal["busy", "server", "timeout", "connect", "nonsense", "redirect", "refused", "rejected", "no_address"]
LATER: frozenset[Reason] = frozenset({"busy", "server", "timeout", "connect", "nonsense", "redirect"})

REFUSED_STATUSES = frozenset({401, 402, 403})
ABSENT_STATUSES = frozenset({204, 404, 410})
BUSY_STATUSES = frozenset({408, 423, 425, 429})


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `url` and `headers` hold the owner's token and may never be printed."""

    verb: Literal["GET", "POST"]
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Told:
    """Documents by `Want.key`; None for what the sender does not know."""

    documents: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing was told, and why; `status` where there was an answer, `retry_after_ms` where it asks for a rest."""

    reason: Reason
    status: int | None = None
    retry_after_ms: int | None = None

    @property
    def later(self) -> bool:
        """Whether asking again may help."""
        return self.reason in LATER


Result = Told | Failed
Read = Callable[[int, Any], Result]


class Client(Protocol):
    """One sender's API: how to ask for something, and how to read the answer."""

    calls_per_s: float

    def ask(self, want: Want, api: Api) -> Ask | None:
        """The request for one want; None when the source does not say where to ask."""
        ...

    def read(self, want: Want, status: int, tree: Any) -> Result:
        """What an answer with this status and this JSON (None when it was none) comes to."""
        ...


def failure_of(status: int, retry_after_ms: int | None = None) -> Failed | None:
    """The failure that a status alone tells; None for a success and for what the sender does not know."""
    if status in ABSENT_STATUSES or 200 <= status < 300:
        return None
    if status in REFUSED_STATUSES:
        return Failed("refused", status)
    if status in BUSY_STATUSES:
        return Failed("busy", status, retry_after_ms)
    if 300 <= status < 400:
        return Failed("redirect", status)
    if status >= 500:
        return Failed("server", status, retry_after_ms)
    return Failed("rejected", status) if status >= 400 else Failed("nonsense", status)


def plain_read(want: Want, status: int, tree: Any) -> Result:
    """An API whose answer is the document itself."""
    failed = failure_of(status)
    if failed:
        return failed
    if status in ABSENT_STATUSES:
        return Told({want.key: None})
    return Told({want.key: tree}) if isinstance(tree, dict) else Failed("nonsense", status)


def below(base: str, *segments: str) -> str:
    """An address below `base`; nothing in a segment can lead anywhere else."""
    # A segment of dots alone would be taken for a way up.
    quoted = (quote(one, safe="") if one.strip(".") else quote(one, safe="").replace(".", "%2E") for one in segments)
    return "/".join((base.rstrip("/"), *quoted))
