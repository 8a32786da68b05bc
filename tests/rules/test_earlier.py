"""Mistakes in `earlier`, `after` and `unless`, each with its place and its words."""

from __future__ import annotations

import pytest

from processor.errors import FaultsFound
from tests.harness.rules import ruleset
from tests.rules.mistakes import Mistake, rule

_TYPE = ("неизвестный тип", "unknown type")
_LATER = "    after: 1h\n    unless: {event: "
MISTAKES = (
    Mistake(rule("{earlier: 2}"), "value.kind", "7:21", "не годится", "does not fit"),
    Mistake(rule("{earlier: []}"), "value.empty", "7:21", "условий нет", "no conditions"),
    Mistake(rule("{earlier: {evnt: a}}"), "name.unknown", "7:22", "evnt", "evnt", "event"),
    Mistake(rule("{earlier: {event: order.create}}"), "event.unknown", "7:29", *_TYPE, "order.created"),
    Mistake(rule("{earlier: {source: shp}}"), "source.unknown", "7:30", "источника", "source", "shop"),
    Mistake(rule("{earlier: {within: 2y}}"), "value.duration", "7:30", "срок", "duration"),
    Mistake(rule("{earlier: {within: 366d}}"), "value.duration", "7:30", "слишком велик", "too long"),
    Mistake(rule("{earlier: {count: two}}"), "test.number", "7:29", "не число", "not a number"),
    Mistake(rule("{earlier: {count: -1}}"), "earlier.count", "7:29", "не бывает", "cannot be"),
    Mistake(rule("{earlier: {count: {at_least: 1.5}}}"), "earlier.count", "7:40", "не бывает", "cannot be"),
    Mistake(rule("{earlier: {count: {exists: true}}}"), "test.unfit", "7:30", "не для числа", "not for a count"),
    Mistake(rule("{earlier: {count: {contains: 1}}}"), "test.unfit", "7:30", "не для", "is not for"),
    Mistake(rule("{erlier: {count: 1}}"), "path.unknown", "7:12", "нет поля", "no field"),
    Mistake(rule(more="    after: soon\n"), "value.duration", "9:12", "срок", "duration"),
    Mistake(rule(more="    after: 0d\n"), "value.duration", "9:12", "срок", "duration"),
    Mistake(rule(more="    after: 400d\n"), "value.duration", "9:12", "слишком велик", "too long"),
    Mistake(rule(more="    aftr: 1h\n"), "name.unknown", "9:5", "aftr", "aftr", "after"),
    Mistake(rule(more="    unless: {event: order.paid}\n"), "later.unless", "9:5", "без", "without"),
    Mistake(rule(more="    after: 1h\n    unless: {}\n"), "name.missing", "10:13", "event", "event"),
    Mistake(rule(more=f"{_LATER}order.payd}}\n"), "event.unknown", "10:21", *_TYPE, "order.paid"),
    Mistake(rule(more=f"{_LATER}order.paid, same: ordr}}\n"), "value.unknown", "10:39", "ordr", "ordr", "order"),
    Mistake(rule(more="    after: 1h\n    stop: true\n"), "later.stop", "10:5", "не останавливает", "stops no"),
    Mistake(rule(then="{tags: [a], after: 1h}"), "name.unknown", "8:23", "after", "after"),
)  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.text.partition("when: ")[2].replace("\n", " ")[:60])
def test_each_mistake_is_told_where_it_stands(mistake: Mistake) -> None:
    with pytest.raises(FaultsFound) as found:
        ruleset(mistake.text)
    (fault,) = found.value.faults
    assert (fault.code, str(fault.place).partition(":")[2]) == (mistake.code, mistake.place)
    assert mistake.ru in fault.text.ru
    assert mistake.en in fault.text.en
    if mistake.nearest:
        assert fault.nearest == mistake.nearest


def test_a_right_delayed_rule_says_what_it_waits_for() -> None:
    (made,) = ruleset(
        rule(more="    after: 90m\n    unless: {event: [order.paid, order.cancelled], source: shop, same: contact}\n")
    ).rules
    assert made.after_ms == 90 * 60_000
    assert made.unless
    assert (made.unless.events, made.unless.sources) == (
        frozenset({"order.paid", "order.cancelled"}),
        frozenset({"shop"}),
    )
    assert (made.unless.same, made.unless.written) == ("contact", "order.paid, order.cancelled (shop)")
