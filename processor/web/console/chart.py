"""A chart of steps as numbers that a template draws: bars for what came in, a line for what went out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from processor.store.series import Step

WIDTH: Final = 720
HEIGHT: Final = 160
GAP: Final = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One step as a rectangle."""

    x: float
    y: float
    width: float
    height: float
    step: Step


@dataclass(frozen=True, slots=True)
class Chart:
    """`line` holds the points of a polyline; `top` is the value at the upper edge."""

    bars: tuple[Bar, ...]
    line: str
    top: int
    events: int
    changes: int
    calls: int


def chart_of(steps: Sequence[Step]) -> Chart:
    """The chart of these steps, the oldest at the left."""
    top = rounded_up(max((max(step.events, step.changes) for step in steps), default=0))
    width = WIDTH / max(1, len(steps))
    bars, points = [], []
    for number, step in enumerate(steps):
        height = round(HEIGHT * step.events / top, 1)
        bars.append(Bar(round(number * width + GAP / 2, 1), HEIGHT - height, round(width - GAP, 1), height, step))
        points.append(f"{round((number + 0.5) * width, 1)},{round(HEIGHT - HEIGHT * step.changes / top, 1)}")
    return Chart(
        tuple(bars),
        " ".join(points),
        top,
        events=sum(step.events for step in steps),
        changes=sum(step.changes for step in steps),
        calls=sum(step.calls for step in steps),
    )


def rounded_up(value: int) -> int:
    """The next of 5, 10, 20, 50, 100, 200, 500…: what an axis ends in."""
    top = 5
    while top < value:
        top = top * 5 // 2 if str(top)[0] == "2" else top * 2
    return top
