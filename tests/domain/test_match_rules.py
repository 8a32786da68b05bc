"""Which of many rules match, and why the others do not."""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.event import EVENT_TYPES, Event, Order, Utm
from processor.domain.explain import Check, RuleStory, explain
from processor.domain.match import match
from tests.harness.rules import ruleset
from tests.rules.mistakes import HEAD, rule

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def event(kind: str = "order.created", **parts: object) -> Event:
    """An event of the shop."""
    return msgspec.structs.replace(Event(source="shop", event=kind, received_at=NOW), **parts)


def names(text: str, happened: Event) -> list[str]:
    """The names of the rules of `text` that match."""
    return [one.name for one in match(ruleset(HEAD + text), happened)]


def test_every_rule_that_matches_applies_in_the_order_of_the_file() -> None:
    """Rules of one type of event and rules of any type mix as they stand."""
    text = (
        "  - {name: any, when: {}, then: {}}\n"
        "  - {name: created, when: {event: order.created}, then: {}}\n"
        "  - {name: paid, when: {event: order.paid}, then: {}}\n"
        "  - {name: shop, when: {source: shop}, then: {}}\n"
        "  - {name: own, when: {event: Their Word}, then: {}}\n"
    )
    assert names(text, event()) == ["any", "created", "shop"]
    assert names(text, event("THEIR WORD ")) == ["any", "shop", "own"]


def test_stop_ends_the_list_and_disabled_rules_stay_out() -> None:
    """`stop` counts only where the rule matched."""
    text = (
        "  - {name: off, enabled: false, stop: true, when: {}, then: {}}\n"
        "  - {name: other, stop: true, when: {event: order.paid}, then: {}}\n"
        "  - {name: last, stop: true, when: {}}\n"
        "  - {name: never, when: {}, then: {}}\n"
    )
    assert names(text, event()) == ["last"]
    outcomes = [story.outcome for story in explain(ruleset(HEAD + text), event())]
    assert outcomes == ["disabled", "not matched", "matched", "after stop"]


def test_a_story_shows_every_condition_with_what_was_found() -> None:
    """It goes through JSON unharmed."""
    when = "{order.total: {at_least: 5000}, any: [{utm.source: vk}, {order.coupon: x}]}"
    stories = explain(ruleset(rule(when)), event(order=Order(total=Decimal("99.90")), utm=Utm(source="yandex")))
    assert stories == (
        RuleStory(
            rule="r",
            line=6,
            outcome="not matched",
            checks=(
                Check(path="order.total", test="at_least", expected="5000", actual="99.90", held=False),
                Check(path="any", test="", expected="", actual=None, held=False),
                Check(path="all", test="", expected="", actual=None, held=False, depth=1),
                Check(path="utm.source", test="is", expected="vk", actual="yandex", held=False, depth=2),
                Check(path="all", test="", expected="", actual=None, held=False, depth=1),
                Check(path="order.coupon", test="is", expected="x", actual=None, held=False, depth=2),
            ),
        ),
    )
    assert msgspec.json.decode(msgspec.json.encode(stories), type=tuple[RuleStory, ...]) == stories


LINES = (
    "event: order.created",
    "event: [order.paid, form.submitted]",
    "event: {not: order.paid}",
    "source: shop",
    "order.total: {at_least: 100}",
    "order.coupon: {exists: false}",
    "utm.source: {not_in: [vk]}",
    "any: [{event: order.paid}, {utm.source: vk}]",
    "not: {event: cart.abandoned}",
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sets(st.sampled_from(LINES), max_size=3), st.booleans(), st.booleans()), max_size=6),
    st.sampled_from(EVENT_TYPES),
    st.sampled_from([None, "vk", "yandex"]),
    st.integers(0, 200),
)
def test_the_explanation_agrees_with_the_match(
    drawn: list[tuple[set[str], bool, bool]], kind: str, utm: str | None, total: int
) -> None:
    """The index, which spares asking most rules, never changes the answer."""
    text = HEAD if drawn else HEAD.rstrip() + " []\n"
    for number, (lines, enabled, stop) in enumerate(drawn):
        unique = {line.partition(":")[0]: line for line in sorted(lines)}.values()
        flags = f"enabled: {str(enabled).lower()}, stop: {str(stop).lower()}"
        text += f"  - {{name: r{number}, {flags}, when: {{{', '.join(unique)}}}, then: {{}}}}\n"
    rules = ruleset(text)
    happened = event(kind, utm=Utm(source=utm) if utm else None, order=Order(total=Decimal(total)))
    told = [story.rule for story in explain(rules, happened) if story.outcome == "matched"]
    assert [one.name for one in match(rules, happened)] == told
