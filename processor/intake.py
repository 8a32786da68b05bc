"""Receive -> verify: what a request is, decided before anything is stored. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from processor.domain.delivery import Answer, Delivery, Inbound
from processor.domain.source import Source
from processor.sources.address import require_address
from processor.sources.preset import Preset


@dataclass(frozen=True, slots=True)
class Admitted:
    """A proven delivery to store, and the key by which its repetitions are known."""

    delivery: Delivery
    key: str = field(repr=False)


def new_id(now_ms: int) -> str:
    """A unique id whose texts sort by time: 12 hex digits of milliseconds and 40 random bits."""
    return f"{now_ms:012x}{random.getrandbits(40):010x}"


def admit(inbound: Inbound, source: Source, preset: Preset, now_ms: int) -> Answer | Admitted:
    """The sender's handshake answered, or a proven delivery. Raises ProofRefused."""
    if source.addresses:
        require_address(inbound.client, source.addresses)
    answer = preset.handshake(inbound, source)
    if answer is not None:
        return answer
    if source.proof != "none" and (source.keys or not source.addresses):
        preset.verify(inbound, source, now_ms)
    delivery = Delivery(
        id=new_id(now_ms),
        source=source.name,
        preset=source.preset,
        received_ms=now_ms,
        method=inbound.method,
        headers=preset.kept_headers(inbound, source),
        query=preset.kept_query(inbound, source),
        body=inbound.body,
    )
    return Admitted(delivery, preset.delivery_key(inbound, source))
