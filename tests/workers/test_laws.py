"""Any order, repetition and crash of the same deliveries ends in the same contact, by calls none of which is vain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.call import AttachTag, DeleteVariable, DetachTag, SetStatus, SetVariable, Upsert
from processor.domain.diff import PlannedCall
from processor.domain.known import Account
from processor.domain.policy import Policy
from processor.domain.wish import Wish, is_status, merge, stamp_of
from tests.harness.pure_deliveries import BEFORE, READINGS, STEPS, TAGS, TAGS_AS, Before, Sent, sent, wishes_of
from tests.harness.pure_line import START_MS, Crash, PureLine
from tests.harness.pure_watbot import FIELDS, Person, Reading
from workers.learn import is_same


def _vain_is_nothing(line: PureLine, planned: PlannedCall) -> None:
    """No call carries what is known to be so, and none is an upsert without need."""
    call, known = planned.call, line.known
    fresh = (
        known.watbot_id is not None
        and not known.in_doubt
        and 0 <= line.now_ms - known.seen_ms < line.policy.confirmed_ttl_ms
    )
    match call:
        case AttachTag() | DetachTag() if fresh and known.tags is not None:
            assert (call.name in known.tags) is isinstance(call, DetachTag)
        case SetVariable() if line.now_ms - known.variables_ms.get(call.name, 0) < line.policy.confirmed_ttl_ms:
            assert known.variables.get(call.name) != call.value
        case DeleteVariable() if line.now_ms - known.variables_ms.get(call.name, 0) < line.policy.confirmed_ttl_ms:
            assert known.variables.get(call.name, "?") is not None
        case Upsert() if known.watbot_id is not None:
            sent = {name for name in FIELDS if getattr(call, name) is not None} - {"phone"}
            assert not fresh or all(known.fields.get(name) != getattr(call, name) for name in sent)
            needs = [e for e in line.wanted if e.startswith(("field:", "utm:", "tag:"))]
            assert needs, "a status or a variable alone needs no upsert"
            assert call.utm is None or not fresh or dict(call.utm) != known.utm
            assert (
                sent
                or call.tags
                or call.utm
                or {"learn_tags", "learn_utm"} & set(planned.reasons)
                or ("field:name" in line.wanted and (not fresh or known.fields.get("name") != call.name))
            )


def _nothing_known_is_dropped(line: PureLine, planned: PlannedCall) -> None:
    """A list goes only where it adds: elsewhere it could drop what the bot set since anybody looked."""
    if isinstance(planned.call, Upsert) and planned.call.tags is not None:
        assert line.policy.tags_as != "attach", "never a list"
        assert line.watbot.reading.tags == "add"


def _line(reading: Reading, before: Before, tags_as: str) -> PureLine:
    declared = reading.tags if tags_as == "right" else tags_as
    line = PureLine(before.watbot(reading), Policy(tags_as="auto" if tags_as == "learnt" else declared))
    if tags_as == "learnt":
        line.account = Account(tags=reading.tags)
    line.checks += [_vain_is_nothing, _nothing_known_is_dropped]
    return line


def _take(line: PureLine, wishes: list[tuple[Wish, ...]], step: tuple[str, Any]) -> None:
    what, value = step
    if what == "deliver":
        line.deliver(wishes[value % len(wishes)])
    elif what == "wait":
        line.now_ms += value
    else:
        line.step(value)


def _firsts(wishes: list[tuple[Wish, ...]], steps: list[tuple[str, Any]]) -> list[Wish]:
    if ("step", "after") not in steps:
        return []
    return [wish for one in wishes for wish in one if wish.element == "utm:first"]


def _is_as_wished(
    person: Person, before: Before, wishes: Mapping[str, Wish], reading: Reading, firsts: Iterable[Wish] = ()
) -> None:
    """`firsts`: any of these may have become the first UTM, which only a dead worker knew it had written."""
    tags = set(before.tags if before.there else ())
    for element, wish in wishes.items():
        kind, _, name = element.partition(":")
        if kind == "field":
            assert person.fields[name] == wish.value
        elif kind == "tag":
            (tags.add if wish.value else tags.discard)(name)
        elif kind == "variable":
            assert person.variables.get(name) == wish.value
    assert set(person.tags) == tags, "what others set stays"
    statuses = sorted((w.stamp, e) for e, w in wishes.items() if e.partition(":")[0] == "status")
    if statuses:
        assert person.statuses[-1] == wishes[statuses[-1][1]].value
    had = {"source": "direct", "medium": "none"} if before.there and before.utm else {}
    newest = wishes.get("utm:last") or (None if had else wishes.get("utm:first"))
    held = dict(person.utm)
    if newest and reading.utm == "ignore":
        held |= {name[4:]: text for name, text in person.variables.items() if name.startswith("utm_")}
    allowed = [newest.value if newest else had]
    if newest and newest.element == "utm:first":
        allowed += [wish.value for wish in firsts]
    assert any(
        held.keys() == expected.keys() and all(is_same(expected[part], held[part]) for part in expected)
        for expected in allowed
    )


@settings(max_examples=400, deadline=None)
@given(
    deliveries=st.lists(sent(), min_size=1, max_size=6),
    steps=st.lists(STEPS, max_size=25),
    reading=READINGS,
    before=BEFORE,
    tags_as=TAGS_AS,
)
def test_any_order_repetition_and_crash_end_in_what_was_wished(
    deliveries: list[Sent], steps: list[tuple[str, Any]], reading: Reading, before: Before, tags_as: str
) -> None:
    line = _line(reading, before, tags_as)
    wishes = wishes_of(deliveries)
    law: dict[str, Wish] = {}
    for one in wishes:
        law = merge(law, {wish.element: wish for wish in one})
    for step in steps:
        _take(line, wishes, step)
    for one in wishes:
        line.deliver(one)
    line.work()
    assert not line.refused
    if law:
        assert line.watbot.person is not None
        _is_as_wished(line.watbot.person, before, law, reading, _firsts(wishes, steps))
    made = len(line.calls)
    for one in wishes:
        line.deliver([wish for wish in one if not wish.element.startswith("status")])
    line.work()
    assert line.calls[made:] == [], "what is older undoes nothing"
    if ("wait", 90_000_000) in steps or not reading.shows_tags or line.known.in_doubt:
        return  # what was seen is too old, or in doubt, or never seen
    later = (msgspec.structs.replace(wish, stamp=stamp_of(99, START_MS, 99)) for wish in law.values())
    line.deliver(wish for wish in later if not is_status(wish.element))
    line.work()
    assert line.calls[made:] == [], "what is so is no call"


@settings(max_examples=200, deadline=None)
@given(
    deliveries=st.lists(sent(), min_size=1, max_size=5),
    steps=st.lists(STEPS, max_size=20),
    forgotten_at=st.integers(0, 20),
    reading=READINGS.filter(lambda reading: reading.shows_tags),
    before=BEFORE.filter(lambda before: not before.utm),
    tags_as=TAGS_AS,
)
def test_what_watbot_forgets_at_any_moment_is_written_again(
    deliveries: list[Sent],
    steps: list[tuple[str, Any]],
    forgotten_at: int,
    reading: Reading,
    before: Before,
    tags_as: str,
) -> None:
    """All that we ever delivered, and nothing that others had set; the next change brings it to light."""
    line = _line(reading, before, tags_as)
    line.checks.remove(_vain_is_nothing)
    wishes = wishes_of(deliveries)
    law: dict[str, Wish] = {}
    for one in wishes:
        law = merge(law, {wish.element: wish for wish in one})
    for number, step in enumerate([*steps, ("wait", 4_000)]):
        if number == min(forgotten_at, len(steps)):
            line.watbot.person = None
            line.now_ms += 2_000
        _take(line, wishes, step)
    for one in wishes:
        line.deliver(one)
    line.deliver([Wish(element="variable:Z", value="1", stamp=stamp_of(99, START_MS, 99), event="z", rule="z")])
    line.work()
    assert (line.refused, line.known.lost) == ({}, {})
    assert line.watbot.person is not None
    _is_as_wished(line.watbot.person, Before(), law, reading, _firsts(wishes, steps))


@pytest.mark.parametrize("crash", ["after", "silence"])
@pytest.mark.parametrize(
    ("first", "then"),
    [
        (Sent(2, raw={"plus": ["A"]}), Sent(3, raw={"minus": ["A"]})),
        (Sent(2, email="b@example.com"), Sent(3, email="a@example.com")),
        (Sent(2, raw={"x": "2"}), Sent(3, raw={"x": "1"})),
        (Sent(2, raw={"no_x": "y"}), Sent(3, raw={"x": "1"})),
        (Sent(2, raw={"utm": "last"}, marks="ВК"), Sent(3, raw={"utm": "last"}, marks="Яндекс")),
    ],
)
def test_a_call_without_an_answer_is_not_taken_for_one_that_was_not_made(crash: Crash, first: Sent, then: Sent) -> None:
    """What is wished back meanwhile seems to be so still, and is not."""
    raw = {"x": "1", "utm": "last"}
    known = Sent(1, email="a@example.com", raw=raw, marks="Яндекс")
    for reading in (Reading(), Reading(tags="replace", utm="ignore")):
        line = _line(reading, Before(), "auto")
        before, lost, back = wishes_of([known, first, then])
        line.deliver(before)
        line.work()
        line.deliver(lost)
        line.step(crash)
        line.deliver(back)
        line.work()
        assert line.watbot.person is not None
        law = merge(merge({w.element: w for w in before}, {w.element: w for w in lost}), {w.element: w for w in back})
        _is_as_wished(line.watbot.person, Before(), law, reading)


@settings(max_examples=150, deadline=None)
@given(reading=READINGS, tags_as=TAGS_AS, tag=st.sampled_from(TAGS), there=st.booleans())
def test_added_and_removed_before_a_slot_comes_is_no_call(
    reading: Reading, tags_as: str, tag: str, there: bool
) -> None:
    """For a contact that is in that state already, whichever that is."""
    line = _line(reading, Before(), tags_as)
    keys = {"plus": [tag], "x": "1"} if there else {"minus": [tag], "no_x": "1"}
    first, other, back = wishes_of(
        [Sent(1, raw=keys), Sent(2, raw={"minus": [tag], "plus": [], "no_x": "y"}), Sent(3, raw=keys)]
    )
    line.deliver(first)
    line.work()
    # A tag that nobody shows is taken off on the mere suspicion; only what is known needs no call.
    known = line.known.tags is not None
    made = len(line.calls)
    line.deliver(other)
    line.deliver(back)
    line.work()
    assert not known or line.calls[made:] == []


@settings(max_examples=60, deadline=None)
@given(reading=READINGS, tags_as=TAGS_AS)
def test_a_status_and_a_variable_of_a_known_contact_make_one_call_each(reading: Reading, tags_as: str) -> None:
    line = _line(reading, Before(there=True), tags_as)
    first, then = wishes_of([Sent(1, raw={"plus": ["A"]}), Sent(2, raw={"status": "S1", "x": "2"})])
    line.deliver(first)
    line.work()
    made = len(line.calls)
    line.now_ms += 90_000_000
    line.deliver([wish for wish in then if not wish.element.startswith("field:")])
    line.work()
    assert [type(planned.call) for planned in line.calls[made:]] == [SetStatus, SetVariable]
