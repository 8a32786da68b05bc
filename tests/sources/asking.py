"""Ask a preset as the receiver and the worker do."""

from __future__ import annotations

from collections.abc import Mapping

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event
from processor.domain.source import Source
from processor.errors import ProofRefused
from processor.sources.registry import preset_of

NOW_S = 1_740_000_000
NOW_MS = NOW_S * 1000


def inbound(
    body: bytes = b"", headers: Mapping[str, str] | None = None, query: str = "", method: str = "POST"
) -> Inbound:
    """A request."""
    return Inbound(method, dict(headers or {}), query, body)


def refusal(request: Inbound, source: Source, now_ms: int = NOW_MS) -> ProofRefused | None:
    """Why the sender is not proven, or None when it is."""
    try:
        preset_of(source).verify(request, source, now_ms)
    except ProofRefused as refused:
        return refused
    return None


def code(request: Inbound, source: Source, now_ms: int = NOW_MS) -> str:
    """The code of the refusal, or "proven"."""
    refused = refusal(request, source, now_ms)
    return refused.code if refused else "proven"


def kept(request: Inbound, source: Source) -> Delivery:
    """The delivery that the journal keeps of a request."""
    preset = preset_of(source)
    return Delivery(
        id="d1",
        source=source.name,
        preset=source.preset,
        received_ms=NOW_MS,
        method=request.method,
        headers=preset.kept_headers(request, source),
        query=preset.kept_query(request, source),
        body=request.body,
    )


def events(request: Inbound, source: Source) -> tuple[Event, ...]:
    """The events in a request, read from what is kept of it."""
    return preset_of(source).normalise(kept(request, source), source)


def event(request: Inbound, source: Source) -> Event:
    """The only event in a request."""
    (only,) = events(request, source)
    return only


def key(request: Inbound, source: Source) -> str:
    """The delivery's key."""
    return preset_of(source).delivery_key(request, source)
