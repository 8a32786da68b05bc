"""The time zones of a rules file, looked up once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from processor.domain.home import Zones
from processor.domain.source import Source


def zones_of(sources: Mapping[str, Source], timezone: str) -> Zones:
    """The zone of each source, and of the file for all else."""
    return Zones(zone_named(timezone), {name: zone_named(source.timezone) for name, source in sources.items()})


def zone_named(name: str) -> tzinfo:
    """The zone of that name; UTC on a machine that does not know it."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return UTC
