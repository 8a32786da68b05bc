"""A chart's geometry."""

from __future__ import annotations

import pytest

from processor.store.series import Step
from processor.web.console.chart import HEIGHT, WIDTH, chart_of, rounded_up


@pytest.mark.parametrize(("value", "top"), [(0, 5), (5, 5), (6, 10), (11, 20), (21, 50), (51, 100), (1_001, 2_000)])
def test_an_axis_ends_in_a_round_number(value: int, top: int) -> None:
    assert rounded_up(value) == top


def test_bars_stand_on_the_ground_and_within_the_frame() -> None:
    chart = chart_of([Step(0, events=3, changes=10), Step(60_000, events=10)])
    assert (chart.top, chart.events, chart.changes) == (10, 13, 10)
    assert [bar.y + bar.height for bar in chart.bars] == [HEIGHT, HEIGHT]
    assert chart.bars[1].height == HEIGHT
    assert chart.bars[-1].x + chart.bars[-1].width < WIDTH
    assert chart.line == f"{WIDTH / 4},0.0 {WIDTH * 3 / 4},{float(HEIGHT)}"


def test_nothing_at_all_is_a_chart_too() -> None:
    assert chart_of([]).bars == ()
