"""A request as it came, and the delivery kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Inbound:
    """A request before anything is decided about it: header names in lower case, `query` and `body` as they came.

    `client` is the sender's address, read through trusted proxies only; "" where none is known.
    """

    method: str
    headers: Mapping[str, str] = field(repr=False)
    query: str = field(repr=False)
    body: bytes = field(repr=False)
    client: str = ""


class Delivery(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A proven request as the journal keeps it: enough to normalise it again at any later time.

    `headers` holds only what the preset reads later, never a proof; `query` is without secrets; times are Unix ms.
    `fetched` is what the sender's API told about a thin delivery: a document by `Want.key`.
    """

    id: str
    source: str
    preset: str
    received_ms: int
    method: str = "POST"
    headers: dict[str, str] = {}
    query: str = ""
    body: bytes = b""
    fetched: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Kept:
    """A delivery with its place in the journal: its number, and since when (Unix ms, the store's clock) it is there."""

    delivery: Delivery
    number: int
    since_ms: int


@dataclass(frozen=True, slots=True)
class Want:
    """Something that a thin delivery only names: read it from the sender's API (`lead`, `123`)."""

    kind: str
    id: str

    @property
    def key(self) -> str:
        """Its name in `Delivery.fetched`."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a sender is told."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
