"""What to try the laws of delivery with: deliveries, by the real rules, and what Watbot had before them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from hypothesis import strategies as st

from processor.domain.event import Customer, Event, Utm
from processor.domain.plan import plan
from processor.domain.wish import Wish, stamp_of
from tests.harness.pure_line import ANNA, START_MS
from tests.harness.pure_watbot import PureWatbot, Reading
from tests.harness.rules import ruleset

TAGS = ("A", "B", "C", "D")
RULES = ruleset(
    "version: 1\nbot: 1\nsources:\n  shop: {preset: generic, token: t}\nrules:\n"
    + "".join(
        f"  - {{name: +{tag}, when: {{raw.plus: {tag}}}, then: {{tags: {tag}}}}}\n"
        f"  - {{name: -{tag}, when: {{raw.minus: {tag}}}, then: {{remove_tags: {tag}}}}}\n"
        for tag in TAGS
    )
    + """\
  - {name: Первые, when: {raw.utm: first}, then: {utm: first}}
  - {name: Последние, when: {raw.utm: last}, then: {utm: last}}
  - {name: Переменная, when: {raw.x: {exists: true}}, then: {variables: {X: "{{ raw.x }}"}}}
  - {name: Без неё, when: {raw.no_x: {exists: true}}, then: {remove_variables: X}}
  - {name: Статус, when: {raw.status: {exists: true}}, then: {status: "{{ raw.status }}"}}
  - {name: Каждый, when: {raw.each: {exists: true}}, then: {status: {value: "{{ raw.each }}", each: true}}}
"""
)
MARKS = {"Яндекс": Utm(source="Yandex", medium="CPC"), "ВК": Utm(source="VK", medium="Post")}


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery: when it happened (ms after the start), and what it says."""

    at_ms: int
    email: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)
    marks: str | None = None


@st.composite
def sent(draw: st.DrawFn) -> Sent:
    """Any delivery."""
    tag = st.lists(st.sampled_from(TAGS), max_size=3)
    raw: dict[str, Any] = {"plus": draw(tag), "minus": draw(tag)}
    for name, value in (("x", ("1", "2")), ("no_x", ("y",)), ("status", ("S1", "S2")), ("each", ("E1", "E2"))):
        if draw(st.integers(0, 3)) == 0:
            raw[name] = draw(st.sampled_from(value))
    marks = draw(st.sampled_from([None, *MARKS]))
    if marks:
        raw["utm"] = draw(st.sampled_from(["first", "last"]))
    return Sent(draw(st.integers(0, 50)), draw(st.sampled_from([None, "a@example.com", "b@example.com"])), raw, marks)


def wishes_of(deliveries: list[Sent]) -> list[tuple[Wish, ...]]:
    """What each wishes, by the real rules."""
    found = []
    for number, one in enumerate(deliveries):
        event = Event(
            source="shop",
            event="order.created",
            received_at=datetime(2026, 1, 2, tzinfo=UTC),
            customer=Customer(phone=ANNA.id, name="Анна", email=one.email),
            raw=dict(one.raw),
            utm=MARKS[one.marks] if one.marks else None,
        )
        made = plan(RULES, event, stamp=stamp_of(one.at_ms, START_MS, number), event_id=f"e{number}")
        assert not made.problems
        found.append(made.contacts[0].wishes if made.contacts else ())
    return found


@dataclass(frozen=True, slots=True)
class Before:
    """Whom Watbot has before us, if anybody, and with what."""

    there: bool = False
    tags: tuple[str, ...] = ()
    utm: bool = False
    x: bool = False

    def watbot(self, reading: Reading) -> PureWatbot:
        """Watbot in that state."""
        made = PureWatbot(reading)
        if self.there:
            person = made.add(START_MS - 1_000_000)
            person.tags = self.tags
            person.utm = {"source": "direct", "medium": "none"} if self.utm else {}
            person.variables = {"X": "0"} if self.x else {}
        return made


READINGS = st.builds(
    Reading,
    tags=st.sampled_from(["add", "replace"]),
    utm=st.sampled_from(["merge", "replace", "own", "ignore"]),
    shows_tags=st.sampled_from([True, True, False]),
    shows_variables=st.booleans(),
)
BEFORE = st.builds(
    Before,
    there=st.booleans(),
    tags=st.sampled_from([(), ("A",), ("bot",), ("B", "bot")]),
    utm=st.booleans(),
    x=st.booleans(),
)
TAGS_AS: st.SearchStrategy[Literal["auto", "attach", "right", "learnt"]] = st.sampled_from(
    ["auto", "attach", "right", "learnt"]
)
STEPS: st.SearchStrategy[tuple[str, Any]] = st.one_of(
    st.tuples(st.just("deliver"), st.integers(0, 5)),
    st.tuples(st.just("step"), st.sampled_from(["none", "none", "before", "after", "silence"])),
    st.tuples(st.just("wait"), st.sampled_from([4_000, 6_000, 90_000_000])),
)
