"""What a step of an example brings in: the event it gives, or those its sender's preset reads out of a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event
from processor.domain.example import RawDelivery, Step
from processor.domain.plan import Problem
from processor.domain.rule import Ruleset
from processor.errors import FaultsFound, Unreadable
from processor.fault import Fault
from processor.sources.registry import preset_of
from processor.text import Text

BODY_BYTES_MAX: Final = 1_048_576
EVENTS_MAX: Final = 100
UNREADABLE: Final = "unreadable"


@dataclass(frozen=True, slots=True)
class Incoming:
    """The events of one step, and what could not be read."""

    events: Sequence[Event]
    problems: tuple[Problem, ...] = ()


def incoming(step: Step, ruleset: Ruleset, folder: Path) -> Incoming:
    """The events that come in; the sender is not asked for proof. Raises FaultsFound for a file that cannot be read.

    Only files below `folder` are read, also where links lead elsewhere.
    """
    given = step.given
    if isinstance(given, Event):
        return Incoming((given,))
    source = ruleset.sources[given.source]
    preset = preset_of(source)
    body = given.body if given.file is None else _read(given, folder)
    inbound = Inbound(given.method, given.headers, given.query, body)
    delivery = Delivery(
        id="example",
        source=source.name,
        preset=source.preset,
        received_ms=step.at_ms,
        method=given.method,
        headers=preset.kept_headers(inbound, source),
        query=preset.kept_query(inbound, source),
        body=body,
    )
    try:
        events = preset.normalise(delivery, source)[:EVENTS_MAX]
        unfilled = preset.unfilled(delivery, source)
    except Unreadable as error:
        return Incoming((), (Problem(rule=f"sources.{source.name}", element=UNREADABLE, text=error.text),))
    return Incoming(
        events, tuple(Problem(rule=source.mapping_name, element=one.field, text=one.text) for one in unfilled)
    )


def _read(given: RawDelivery, folder: Path) -> bytes:
    """The body's file, within bounds."""
    root = folder.resolve()
    path = (root / (given.file or "")).resolve()
    if not path.is_relative_to(root):
        raise _unread(given, "outside", Text("он не в папке примеров", "it is not below the folder of the examples"))
    try:
        with path.open("rb") as file:
            body = file.read(BODY_BYTES_MAX + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise _unread(given, "unread", Text(why, why)) from None
    if len(body) > BODY_BYTES_MAX:
        raise _unread(given, "large", Text(f"больше {BODY_BYTES_MAX} байт", f"more than {BODY_BYTES_MAX} bytes"))
    return body


def _unread(given: RawDelivery, code: str, why: Text) -> FaultsFound:
    text = Text(f"файл «{given.file}» не читается: {why.ru}", f'cannot read file "{given.file}": {why.en}')
    return FaultsFound([Fault(f"example.file_{code}", text, given.place)])
