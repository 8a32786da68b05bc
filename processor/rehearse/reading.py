"""A kept delivery read anew under one rules file's source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from processor.domain.delivery import Delivery
from processor.domain.event import Event
from processor.domain.mapping import Unfilled
from processor.domain.source import Source
from processor.domain.wish import EVENTS_MAX
from processor.errors import Unreadable
from processor.sources.registry import preset_of


@dataclass(frozen=True, slots=True)
class Read:
    """The events of a delivery, or why there are none; `unfilled`: what the source's mapping left empty."""

    events: tuple[Event, ...] = ()
    unfilled: tuple[Unfilled, ...] = ()
    filed_under: str = ""
    failure: Literal["", "unreadable", "sourceless"] = ""


def read(delivery: Delivery, source: Source | None) -> Read:
    """What the delivery says, as a worker would read it; `source` None: the rules have no such source."""
    if source is None:
        return Read(failure="sourceless")
    preset = preset_of(source)
    try:
        events = preset.normalise(delivery, source)[:EVENTS_MAX]
        return Read(events, preset.unfilled(delivery, source), source.mapping_name)
    except Unreadable:
        return Read(failure="unreadable")


def alike(one: Source | None, other: Source | None) -> bool:
    """Whether both read every delivery alike, so that once is enough. Which bot it is for makes no difference."""
    if one is None or other is None:
        return one is other
    return replace(one, bot=None) == replace(other, bot=None)
