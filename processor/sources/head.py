"""Read the few fields of a JSON body that a delivery's key needs; the rest is skipped, not built."""

from __future__ import annotations

from typing import TypeVar

import msgspec

SomeHead = TypeVar("SomeHead", bound=msgspec.Struct)


def read_head(decoder: msgspec.json.Decoder[SomeHead], body: bytes, nothing: SomeHead) -> SomeHead:
    """What `decoder` finds in a body; `nothing` when the body is no such JSON."""
    try:
        return decoder.decode(body)
    except (ValueError, RecursionError):
        return nothing
