"""Where the sender of an event is at home: what its times and its phones are read by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from types import MappingProxyType
from typing import Final

from processor.domain.moment import MOSCOW

TIMEZONE: Final = "Europe/Moscow"
REGION: Final = "RU"


@dataclass(frozen=True, slots=True)
class Home:
    """`zone` of times without one, `region` (ISO) of phones without one."""

    zone: tzinfo = MOSCOW
    region: str = REGION


@dataclass(frozen=True, slots=True)
class Zones:
    """The zone of each source by its name, and of all others."""

    others: tzinfo = MOSCOW
    by_source: Mapping[str, tzinfo] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, source: object) -> tzinfo:
        """The zone by which the times of `source` are read."""
        return self.by_source.get(str(source), self.others)
