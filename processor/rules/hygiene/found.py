"""How a warning is made."""

from __future__ import annotations

from processor.fault import Fault, Place
from processor.text import Text


def warning(
    code: str,
    text: Text,
    place: Place,
    expected: Text | None = None,
    nearest: str | None = None,
    fix: str | None = None,
) -> Fault:
    """A fault that keeps no file from running; `code` as in docs/rules.md."""
    return Fault(code, text, place, expected, nearest, fix, "warning")
