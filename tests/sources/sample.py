"""One preset's good deliveries, and how they are proven."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from processor.domain.delivery import Inbound

SECRET: Final = "sample-secret-4711"
TOKEN: Final = "sample-token-4712"

Sign = Callable[[Inbound, int], Inbound]


@dataclass(frozen=True, slots=True)
class Sample:
    """A preset's source as the rules file has it, its good requests, the typical one first, and how they are proven.

    `sign` puts the proof of the moment (Unix seconds) on a request, whatever its body has become.
    """

    entry: str
    good: tuple[Inbound, ...]
    sign: Sign


def request(body: bytes, headers: Mapping[str, str] | None = None, query: str = "", method: str = "POST") -> Inbound:
    """A request from this machine, not yet proven."""
    return Inbound(method, dict(headers or {}), query, body, "127.0.0.1")


def signed(headers: Callable[[bytes, int], Mapping[str, str]]) -> Sign:
    """Proven by headers that are made of the body and the time."""
    return lambda inbound, now_s: replace(inbound, headers={**inbound.headers, **headers(inbound.body, now_s)})


def with_header(name: str, value: str) -> Sign:
    """Proven by a header that is always the same."""
    return lambda inbound, _: replace(inbound, headers={**inbound.headers, name: value})


def with_parameter(name: str, value: str) -> Sign:
    """Proven by a parameter of the address."""
    proof = f"{name}={value}"
    return lambda inbound, _: replace(inbound, query=f"{inbound.query}&{proof}" if inbound.query else proof)
