"""An example of the rules: what happens, and what is expected of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from processor.domain.earlier import Earlier
from processor.domain.event import Event
from processor.fault import Place

START_MS: Final = 1_767_258_000_000
"""When an example that names no moment happens: 2026-01-01, noon in Moscow. Were it now, it would pass on some days."""

NO_EXPECTATION: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class RawDelivery:
    """A request as its sender would make it; the body stands in `body`, or in a file below the example file's folder.

    Header names are in lower case; `place` is where the file's name stands.
    """

    source: str
    place: Place
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    query: str = field(default="", repr=False)
    body: bytes = field(default=b"", repr=False)
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that comes in at `at_ms` (Unix time)."""

    at_ms: int
    given: Event | RawDelivery


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected, by name; what is not named is not compared.

    `matched` (bool); `rules`, `cancelled`, `tags`, `remove_tags`, `remove_variables`, `status`, `problems` (tuples
    of text); `variables`, `contact` (text by name); `utm` (marks by name, or first, last, off); `contacts` (how many);
    `after` (milliseconds).
    """

    values: Mapping[str, Any] = field(default_factory=lambda: NO_EXPECTATION)


@dataclass(frozen=True, slots=True)
class Example:
    """What happens to one contact, step by step, and what is expected in the end.

    `rule` is the position of the rule it stands beside, which is then asked alone; None for one of a whole file.
    `earlier` are this contact's events before the first step.
    """

    name: str
    place: Place
    steps: tuple[Step, ...]
    expected: Expected
    rule: int | None = None
    earlier: tuple[Earlier, ...] = ()
