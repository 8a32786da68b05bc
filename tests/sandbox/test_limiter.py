"""The limiter: sliding windows, with the time handed in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.sandbox.limiter import Limit, SlidingWindows, parse_rate, said_rate

TWO_A_SECOND = (Limit(2, 1_000.0),)
WATBOT = (Limit(2, 1_000.0), Limit(120, 60_000.0))


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("2/s,120/m", WATBOT),
        (" 2/s , 120/m ", WATBOT),
        ("5/s", (Limit(5, 1_000.0),)),
        ("off", ()),
        ("1/m,1/m,3/s", (Limit(1, 60_000.0), Limit(1, 60_000.0), Limit(3, 1_000.0))),
    ],
)
def test_a_rate_is_read_as_it_is_written(text: str, limits: tuple[Limit, ...]) -> None:
    """Any number of limits, or off."""
    assert parse_rate(text) == limits
    assert parse_rate(said_rate(limits)) == limits


@pytest.mark.parametrize("text", ["", "2", "2/h", "0/s", "-1/s", "2/s,", "2.5/s", "off,2/s", "٢/s", "9999999/s"])
def test_a_rate_that_makes_no_sense_is_refused(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError, match="is not a rate"):
        parse_rate(text)


def test_the_third_call_of_a_second_waits_for_the_first_to_leave_the_window() -> None:
    """The window slides: it opens a second after the oldest call, not at the full second."""
    windows = SlidingWindows(TWO_A_SECOND)
    assert [windows.admit(at).allowed for at in (900.0, 1_400.0, 1_899.9, 1_900.0, 2_399.9, 2_400.0)] == [
        True,
        True,
        False,
        True,
        False,
        True,
    ]


def test_a_refused_call_takes_no_room() -> None:
    """However often one knocks meanwhile, the window opens at the same moment."""
    windows = SlidingWindows(TWO_A_SECOND)
    windows.admit(0.0)
    windows.admit(0.0)
    assert not any(windows.admit(at).allowed for at in range(1, 1_000))
    assert windows.admit(1_000.0).allowed


def test_the_answer_names_the_tightest_window_and_whole_seconds_to_wait() -> None:
    """Headers are made of this."""
    windows = SlidingWindows((Limit(10, 1_000.0), Limit(3, 60_000.0)))
    first = windows.admit(0.0)
    assert (first.limit, first.remaining) == (3, 2)
    windows.admit(0.0)
    windows.admit(0.0)
    refused = windows.admit(500.0)
    assert (refused.allowed, refused.limit, refused.remaining, refused.retry_after_s) == (False, 3, 0, 60)
    assert windows.admit(59_999.0).retry_after_s == 1


def test_without_limits_everything_passes_and_no_limit_is_named() -> None:
    """`off` means off."""
    windows = SlidingWindows(())
    assert all(windows.admit(0.0).allowed for _ in range(1_000))
    assert windows.admit(0.0).limit is None


def test_clearing_opens_every_window() -> None:
    """A reset forgets the calls."""
    windows = SlidingWindows(TWO_A_SECOND)
    windows.admit(0.0)
    windows.admit(0.0)
    windows.clear()
    assert windows.admit(0.0).allowed


@given(gaps=st.lists(st.integers(min_value=0, max_value=2_000), max_size=300))
def test_no_window_ever_holds_more_than_its_limit(gaps: list[int]) -> None:
    """Whatever the arrivals, and under every limit at once; and a refusal's wait is always enough."""
    windows = SlidingWindows(WATBOT)
    now, admitted = 0.0, list[float]()
    for gap in gaps:
        now += gap
        admission = windows.admit(now)
        if admission.allowed:
            admitted.append(now)
        else:
            assert admission.retry_after_s >= 1
            assert windows_with(admitted).admit(now + admission.retry_after_s * 1_000).allowed
    for limit in WATBOT:
        for start in admitted:
            assert sum(start <= at < start + limit.period_ms for at in admitted) <= limit.calls


def windows_with(admitted: list[float]) -> SlidingWindows:
    """Windows that have admitted these calls."""
    windows = SlidingWindows(WATBOT)
    for at in admitted:
        windows.admit(at)
    return windows
