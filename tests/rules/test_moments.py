"""Tests of moments in `when:`, and of text by patterns, as a rules file says them."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.event import Customer, Event, Form
from processor.domain.explain import explain
from processor.domain.match import match
from tests.harness.rules import ruleset
from tests.rules.mistakes import rule

# A Saturday, 23:30 in Moscow; already Sunday, 01:30, in Almaty.
EVENT = Event(
    source="shop",
    event="order.created",
    received_at=datetime(2026, 11, 28, 20, 30, tzinfo=UTC),
    occurred_at=datetime(2026, 11, 28, 20, 29, 30, tzinfo=UTC),
    customer=Customer(phone="+79000000001", email="Anna@Example.com"),
    form=Form(
        fields={
            "Дата": "24.11.2026",
            "Визит": "1 декабря 2026 18:30",
            "ISO": "2026-11-28T20:00:00Z",
            "Слово": "когда-нибудь",
            "Ваш телефон": "8 900 000-00-01",
        }
    ),
    raw={"at": 1_795_900_000, "list": ["24.11.2026", "25.12.2026"]},
)

TABLE: list[tuple[str, bool]] = [
    # earlier and later
    ("{occurred_at: {before: 2026-11-29}}", True),
    ("{occurred_at: {before: 28.11.2026}}", False),
    ("{occurred_at: {before: 28.11.2026 23:30}}", True),
    ("{occurred_at: {before: 2026-11-28T20:29Z}}", False),
    ("{occurred_at: {after: 27.11.2026}}", True),
    ("{occurred_at: {after: 28.11.2026}}", False),
    ("{occurred_at: {after: 28.11.2026 23:00}}", True),
    ("{occurred_at: {after: 28 ноября 2026 23:29}}", True),
    ("{received_at: {after: 01.11.2026, before: 01.12.2026}}", True),
    # on a day, between days
    ("{occurred_at: 28.11.2026}", True),
    ("{occurred_at: {is: 2026-11-29}}", False),
    ("{occurred_at: 28.11.2026 23:29}", True),
    ("{occurred_at: 28.11.2026 23:28}", False),
    ("{occurred_at: [27.11.2026, 28.11.2026]}", True),
    ("{occurred_at: {not: 28.11.2026}}", False),
    ("{occurred_at: {not_in: [26.11.2026, 27.11.2026]}}", True),
    ("{occurred_at: {between: [2026-11-01, 2026-11-28]}}", True),
    ("{occurred_at: {between: [2026-11-29, 2026-11-30]}}", False),
    ("{occurred_at: today}", True),
    ("{occurred_at: вчера}", False),
    # how long before receipt
    ("{occurred_at: {within: 1m}}", True),
    ("{occurred_at: {within: 20s}}", False),
    ("{form.fields.Дата: {within: 7 дней}}", True),
    ("{form.fields.Дата: {within: 2d}}", False),
    ("{form.fields.Визит: {within: 7d}}", False),
    ("{form.fields.Визит: {after: now, before: +3d}}", True),
    ("{form.fields.Визит: {after: +3d}}", False),
    ("{form.fields.Дата: {before: -3d}}", True),
    ("{form.fields.Дата: {before: -1w}}", False),
    # what people and machines write into free fields
    ("{form.fields.Дата: {before: 25.11.2026, after: 2026-11-23}}", True),
    ("{form.fields.Дата: 2026-11-24}", True),
    ("{form.fields.Дата: '2026-11-24'}", False),
    ("{form.fields.Дата: {between: [24.11.2026, 24.11.2026]}}", True),
    ("{form.fields.Дата: {between: [25.11.2026, today]}}", False),
    ("{form.fields.ISO: {after: 28.11.2026 22:59, before: 28.11.2026 23:01}}", True),
    ("{form.fields.Слово: {before: 2100-01-01}}", False),
    ("{form.fields.Нет: {before: 2100-01-01}}", False),
    ("{raw.at: {before: 2026-12-01, after: 2026-11-25}}", True),
    ("{raw.list: {after: 24.12.2026}}", True),
    # days of the week and times of day, by the clocks of the source
    ("{occurred_at: {weekday: сб}}", True),
    ("{occurred_at: {weekday: [sat, sun]}}", True),
    ("{occurred_at: {weekday: выходные}}", True),
    ("{occurred_at: {weekday: weekdays}}", False),
    ("{source: shop, occurred_at: {weekday: sunday}}", False),
    ("{form.fields.Дата: {weekday: вторник}}", True),
    ("{occurred_at: {time: [22:00, 08:00]}}", True),
    ("{occurred_at: {time: 22:00-08:00}}", True),
    ("{occurred_at: {time: [08:00, 22:00]}}", False),
    ("{occurred_at: {time: {between: ['22:00', 8]}}}", True),
    ("{occurred_at: {time: {after: 23:00}}}", True),
    ("{occurred_at: {time: {before: 23:00}}}", False),
    ("{occurred_at: {time: {after: 9:00, before: 23:30}}}", True),
    ("{form.fields.Дата: {time: [00:00, 24:00]}}", False),
    ("{occurred_at: {weekday: [sat, sun], time: [22:00, 08:00]}}", True),
    # patterns
    ("{customer.email: {matches: '@example[.]com$'}}", True),
    ("{customer.email: {matches: [^vip, ^anna]}}", True),
    ("{customer.email: {matches: '^ivan'}}", False),
    ("{form.fields.Слово: {matches: КОГДА}}", True),
    ("{customer.name: {matches: '.*'}}", False),
    ("{customer.phone: {matches: '^\\+7900'}}", True),
]


@pytest.mark.parametrize(("when", "holds"), TABLE, ids=[when for when, _ in TABLE])
def test_a_condition_holds_or_not(when: str, holds: bool) -> None:
    """And `explain` says the same, with what was there."""
    rules = ruleset(rule(when))
    assert bool(match(rules, EVENT)) is holds
    (story,) = explain(rules, EVENT)
    assert story.outcome == ("matched" if holds else "not matched")
    assert all(check.held for check in story.checks) is holds


@pytest.mark.parametrize(
    ("top", "source", "holds"),
    [
        ("", "{preset: woocommerce, secret: s}", False),
        ("timezone: Asia/Almaty\n", "{preset: woocommerce, secret: s}", True),
        ("", "{preset: woocommerce, secret: s, timezone: Asia/Almaty}", True),
        ("timezone: Asia/Almaty\n", "{preset: woocommerce, secret: s, timezone: Europe/Moscow}", False),
    ],
)
def test_the_zone_is_the_sources_own_else_the_files(top: str, source: str, holds: bool) -> None:
    """Saturday night in Moscow is Sunday in Almaty."""
    text = top + rule("{occurred_at: {weekday: sun, time: [01:00, 02:00]}}").replace(
        "{preset: woocommerce, secret: s}", source
    )
    assert bool(match(ruleset(text), EVENT)) is holds


def test_a_clock_that_is_a_little_ahead_is_no_future() -> None:
    """Five minutes are forgiven, an hour is not."""
    rules = ruleset(rule("{occurred_at: {within: 1d}}"))
    ahead = [
        msgspec.structs.replace(EVENT, occurred_at=datetime(2026, 11, 28, hour, minute, tzinfo=UTC))
        for hour, minute in ((20, 34), (21, 30))
    ]
    assert [bool(match(rules, one)) for one in ahead] == [True, False]


EVERY_TEST = [
    "x", "{is: 24.11.2026}", "{not: x}", "{in: [1, yes]}", "{contains: x}", "{starts_with: x}", "{ends_with: x}",
    "{matches: '^x+$'}", "{at_least: 5}", "{between: [1, 2]}", "{between: [today, tomorrow]}", "{before: now}",
    "{after: 2026-01-01}", "{within: 7d}", "{weekday: sat}", "{time: [22:00, 08:00]}", "{exists: true}",
    "{empty: true}",
]  # fmt: skip
RULES = ruleset(rule(f"{{any: [{', '.join(f'{{raw: {test}}}, {{raw.a: {test}}}' for test in EVERY_TEST)}]}}"))
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(max_size=30), st.datetimes(),
        st.sampled_from(["31.02.2026", "24.11.2026 99:99", "1e999", "\ud800", 10**4000, "9999-12-31T23:59:59+14:00"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(VALUES)
def test_no_value_of_a_stranger_breaks_a_condition(value: Any) -> None:
    """Whatever comes, each test answers yes or no, and why."""
    happened = msgspec.structs.replace(EVENT, raw=value)
    held = bool(match(RULES, happened))
    (story,) = explain(RULES, happened)
    assert story.outcome == ("matched" if held else "not matched")
