"""Write a delivery's key: readable parts for people, a digest so that no two deliveries share one."""

from __future__ import annotations

import re
from typing import Final

from processor.sources.signature import digest_of

PART_CHARACTERS_MAX: Final = 64

_UNSAFE = re.compile(r"[^A-Za-z0-9._+\-]")


def write_key(*readable: str, digested: tuple[bytes, ...]) -> str:
    """`readable` parts in printable ASCII, then the digest of `digested`.

    Readable parts are cut and cleaned, so `digested` alone must tell deliveries apart.
    """
    parts = (_UNSAFE.sub("_", part[:PART_CHARACTERS_MAX]) for part in readable)
    return ":".join((*parts, digest_of(*digested)))


def octets_of(text: str) -> bytes:
    """The bytes of any text, even of one that is no proper Unicode."""
    return text.encode("utf-8", "surrogatepass")
