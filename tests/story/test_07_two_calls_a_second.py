"""7. Watbot allows two calls a second, and never gets a third."""

from __future__ import annotations

from itertools import pairwise

from tests.harness.line import Line
from tests.story.senders import Shop

WINDOW_MS = 1_000


def test_no_second_holds_more_than_two_calls(line: Line, shop: Shop) -> None:
    """The sandbox counts as Watbot does: a third call within any second would be answered 429."""
    for n in range(4):
        shop.sends(number=7000 + n, phone=f"+7 900 000-07-0{n}")
    line.wait_until_quiet()

    calls = line.calls()
    arrived_ms = [call["monotonic_ms"] for call in calls]
    apart_ms = [later - earlier for earlier, later in zip(arrived_ms, arrived_ms[2:], strict=False)]
    assert len(calls) >= 12
    assert all(earlier <= later for earlier, later in pairwise(arrived_ms))
    assert 429 not in {call["status"] for call in calls}
    assert min(apart_ms) >= WINDOW_MS
