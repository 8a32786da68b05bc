"""What a text of rules is called: the beginning of its SHA-256."""

from __future__ import annotations

import hashlib
from typing import Final

VERSION_LENGTH: Final = 12


def version_of(text: str) -> str:
    """The version of a rules text, equal for equal bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:VERSION_LENGTH]
