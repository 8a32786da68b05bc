"""What a page of the console answers; how it is sent is the rim's matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from processor.text import Text

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A template filled in."""

    template: str
    values: Values = field(default_factory=lambda: MappingProxyType({}))
    status: int = 200


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go to another page of the console (`/queue`), where `said` is shown.

    `token` begins a session, an empty one ends it.
    """

    to: str
    said: Text | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A file to keep."""

    name: str
    content_type: str
    body: bytes


Reply: TypeAlias = Page | Redirect | Download


def problem(status: int, text: Text) -> Page:
    """A page that says why there is no other."""
    return Page("problem.html", {"problem": text}, status)
