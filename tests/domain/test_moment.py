"""Dates, times and spans as people write them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.moment import clock_minutes, stretch_of, written
from processor.domain.span import span_of
from processor.rules.zones import zone_named

MOSCOW = zone_named("Europe/Moscow")

DATES = [
    ("2026-11-24", "2026-11-24T00:00:00+03:00"),
    ("24.11.2026", "2026-11-24T00:00:00+03:00"),
    (" 24.11.26 ", "2026-11-24T00:00:00+03:00"),
    ("24/11/2026", "2026-11-24T00:00:00+03:00"),
    ("24.11.2026 18:30", "2026-11-24T18:30:00+03:00"),
    ("24.11.2026, 18:30:15", "2026-11-24T18:30:15+03:00"),
    ("24.11.2026 в 9:05", "2026-11-24T09:05:00+03:00"),
    ("2026-11-24T18:30:05.123Z", "2026-11-24T18:30:05+00:00"),
    ("2026-11-24T18:30+05:00", "2026-11-24T18:30:00+05:00"),
    ("2026-11-24 18:30 UTC+5", "2026-11-24T18:30:00+05:00"),
    ("2026-11-24 18:30 МСК", "2026-11-24T18:30:00+03:00"),
    ("24 ноября 2026", "2026-11-24T00:00:00+03:00"),
    ("24 НОЯБРЯ 2026 г.", "2026-11-24T00:00:00+03:00"),
    ("1 мая 2026 года 10:00", "2026-05-01T10:00:00+03:00"),
    ("24 нояб. 2026", "2026-11-24T00:00:00+03:00"),
    ("November 24, 2026", "2026-11-24T00:00:00+03:00"),
    ("24 Nov 2026", "2026-11-24T00:00:00+03:00"),
]
NO_DATES = [
    "",
    "31.02.2026",
    "11/24/2026",
    "24 ноября",
    "2026-11-24 25:00",
    "99.99.9999",
    "вчера",
    "1" * 100,
    "0001-01-01",
]


@pytest.mark.parametrize(("text", "moment"), DATES)
def test_a_date_is_read_as_it_is_meant(text: str, moment: str) -> None:
    """The day before the month; in the zone of the source where the text names none."""
    said = written(text)
    assert said is not None
    assert said.in_zone(MOSCOW).start.isoformat() == moment


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_none(text: str) -> None:
    """A month before the day is nobody's here; a day without a year could be any."""
    assert written(text) is None


def test_a_day_ends_where_the_next_begins() -> None:
    """Also where the clocks are changed: that day has 25 hours."""
    said = written("25.10.2026")
    assert said is not None
    day = said.in_zone(zone_named("Europe/Berlin"))
    assert day.is_day
    assert (day.end.astimezone(UTC) - day.start.astimezone(UTC)).total_seconds() == 25 * 3600


@pytest.mark.parametrize("value", [1_700_000_000, 1_700_000_000_000, Decimal(1_700_000_000), 1_700_000_000.0])
def test_unix_seconds_and_milliseconds_are_moments(value: Any) -> None:
    """Smaller numbers are not."""
    found = stretch_of(value, MOSCOW)
    assert found is not None
    assert found.start == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert stretch_of(5000, MOSCOW) is None


@given(
    st.one_of(
        st.text(max_size=70),
        st.integers(),
        st.floats(),
        st.decimals(),
        st.datetimes(),
        st.none(),
        st.booleans(),
        st.lists(st.integers()),
    )
)
def test_any_value_is_a_moment_or_none(value: Any) -> None:
    """Nothing that a stranger sends raises."""
    found = stretch_of(value, MOSCOW)
    assert found is None or found.start <= found.end


SPANS = [
    ("500ms", 500),
    ("30s", 30_000),
    ("15m", 900_000),
    ("2h", 7_200_000),
    ("7d", 604_800_000),
    ("2w", 1_209_600_000),
    ("1h30m", 5_400_000),
    ("1 ч 30 мин", 5_400_000),
    ("2 часа", 7_200_000),
    ("30 мин.", 1_800_000),
    ("7 дней", 604_800_000),
    ("1 Неделя", 604_800_000),
    ("3 days", 259_200_000),
    ("0s", 0),
    ("5", None),
    ("h", None),
    ("1h1h", None),
    ("-1h", None),
    ("1 год", None),
    ("", None),
    ("1" * 99 + "h", None),
]


@pytest.mark.parametrize(("text", "ms"), SPANS)
def test_a_span_is_written_short_or_in_words(text: str, ms: int | None) -> None:
    """Each unit once."""
    found = span_of(text)
    assert (found[0] if found else None) == ms


def test_a_time_of_day_may_be_short() -> None:
    """24:00 is the day's end; sixty minutes are none."""
    assert [clock_minutes(text) for text in ("22:00", "8.30", "7", "24:00", "24:01", "9:60", "x")] == [
        1_320,
        510,
        420,
        1_440,
        None,
        None,
        None,
    ]
