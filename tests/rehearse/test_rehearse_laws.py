"""The same file changes nothing, the mirror swaps gains and losses, and stamps decide as in the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.domain.contact import ContactId
from processor.domain.delivery import Kept
from processor.domain.earlier import Earlier
from processor.domain.later import due
from processor.domain.plan import own_contact
from processor.domain.rule import Ruleset
from processor.domain.wish import Wanted, Wish, merge
from processor.rehearse.reading import read
from processor.rehearse.result import Rehearsed
from processor.rehearse.run import rehearse
from processor.store.deliveries import Taken
from tests.rehearse.sample import PHONES, START_MS, arrived, rules
from workers.apply import decide

EVENTS = ("order.created", "order.paid", "form.submitted")
POOL = {
    "Тег": ("tags: A", "tags: [A, B]", 'tags: "Заказ {{ order.number }}"'),
    "Снять": ("remove_tags: A", "remove_tags: B"),
    "Статус": ("status: S1", 'status: "Заказ {{ order.number }}"'),
    "Каждый": ('status: {value: "{{ order.number }}", each: true}',),
    "Переменная": ('variables: {X: "{{ order.number }}"}', "remove_variables: X"),
    "Метки": ("utm: first", "utm: last", "utm: off"),
    "Третий": ("tags: Третий",),
    "Не оплатил": ("tags: Не оплатил", "status: S2"),
    "Имя": ("contact: {name: Клиент}", 'contact: {email: "{{ order.coupon }}"}'),
}
SOURCES = (
    "sources:\n  shop: {preset: generic, proof: none, event: event}\n",
    "sources:\n  shop: {preset: generic, proof: none, event: event, fields: {customer.phone: other}}\n",
)


@st.composite
def a_rule(draw: st.DrawFn, name: str) -> str:
    """One rule of this name."""
    when = draw(
        st.sampled_from(["{}", *(f"{{event: {e}}}" for e in EVENTS), "{order.number: [1, 2]}", "{order.number: 3}"])
    )
    more = draw(st.sampled_from(["", "", "", ", stop: true", ", enabled: false"]))
    if name == "Третий":
        when = draw(st.sampled_from(["{earlier: {count: 1}}", "{event: order.created, earlier: {within: 2s}}"]))
    if name == "Не оплатил":
        same = draw(st.sampled_from(["", ", same: contact"]))
        more = f", after: {draw(st.sampled_from(['2s', '5s']))}, unless: {{event: order.paid{same}}}"
    then = draw(st.sampled_from(POOL[name]))
    return f"{{name: {name}, when: {when}, then: {{{then}}}{more}}}"


@st.composite
def rules_files(draw: st.DrawFn) -> Ruleset:
    """Any file: some of the rules, in any order."""
    names = draw(st.lists(st.sampled_from(sorted(POOL)), unique=True, max_size=5))
    return rules(*(draw(a_rule(name)) for name in names), sources=draw(st.sampled_from(SOURCES)))


@st.composite
def journals(draw: st.DrawFn) -> list[Kept]:
    """A few deliveries, some of which happened earlier than they came, some unreadable."""
    found = []
    for number in range(draw(st.integers(0, 8))):
        body: dict[str, Any] = {
            "event": draw(st.sampled_from(EVENTS)),
            "customer": {"phone": draw(st.sampled_from(PHONES)), "name": draw(st.sampled_from(["Анна", "Борис"]))},
            "other": draw(st.sampled_from(PHONES)),
            "order": {"number": str(draw(st.integers(1, 3)))},
        }
        if draw(st.booleans()):
            body["occurred_at"] = (START_MS - draw(st.integers(0, 3)) * 1_000) // 1_000
        if draw(st.booleans()):
            body["utm"] = {"source": draw(st.sampled_from(["vk", "yandex"]))}
        several = [body, {**body, "event": draw(st.sampled_from(EVENTS))}] if draw(st.integers(0, 4)) == 0 else body
        found.append(arrived(number, b'{"id": ' if draw(st.integers(0, 9)) == 0 else several))
    return found


def _final(ruleset: Ruleset, journal: list[Kept]) -> dict[str, Wanted]:
    """What the worker's own steps make of each delivery and of what falls due, merged one by one."""
    wanted: dict[str, Wanted] = {}
    takens = [Taken(kept.delivery, kept.number, 1, kept.since_ms) for kept in journal]
    histories: dict[str, list[Earlier]] = {}
    for key, entry in (pair for taken in takens for pair in decide(taken, ruleset, START_MS).memory.entries):
        histories.setdefault(key, []).append(entry)

    def past(key: str) -> list[Earlier]:
        return histories.get(key, [])

    for taken in takens:
        outcome = decide(taken, ruleset, START_MS, past)
        found = [*outcome.contacts, *_due(taken, ruleset, outcome.memory.later, past)]
        for key, wishes in found:
            for wish in wishes:
                plain = msgspec.structs.replace(wish, since_ms=0)
                wanted[key] = merge(wanted.get(key, {}), {wish.element: plain})
    return wanted


def _due(
    taken: Taken, ruleset: Ruleset, later: Sequence[tuple[int, int, str]], past: Callable[[str], Sequence[Earlier]]
) -> Iterator[tuple[str, Sequence[Wish]]]:
    """What the delayed rules of one delivery come to."""
    events = read(taken.delivery, ruleset.sources["shop"]).events
    for index, due_ms in sorted({(index, due_ms) for index, due_ms, _ in later}):
        names = [rule for at, when, rule in later if (at, when) == (index, due_ms)]
        own = own_contact(ruleset, events[index])
        _, made = due(
            ruleset,
            events[index],
            names,
            stamp=taken.numbered.stamp(events[index], index),
            due_ms=due_ms,
            event_id=taken.delivery.id,
            earlier=past(own.key) if own else (),
        )
        for contact in made.contacts:
            yield contact.contact.key, contact.wishes


def _facts(found: Rehearsed) -> Mapping[tuple[str, str], tuple[int, int, int]]:
    return {(total.kind, total.label): (total.gained, total.lost, total.changed) for total in found.totals}


@given(rules_files(), journals())
@settings(max_examples=60, deadline=None)
def test_a_draft_that_is_the_published_file_changes_nothing(ruleset: Ruleset, journal: list[Kept]) -> None:
    found = rehearse(ruleset, ruleset, journal)
    assert (found.changed, found.totals) == (0, ())
    assert (found.appear.count, found.disappear.count, found.matchless.count, found.matched.count) == (0, 0, 0, 0)
    assert all(rule.before == rule.after for rule in found.rules)
    assert all(trouble.before == trouble.after for trouble in found.troubles)
    assert found.calls.before == found.calls.after


@given(rules_files(), rules_files(), journals())
@settings(max_examples=100, deadline=None)
def test_the_mirror_swaps_gains_and_losses(one: Ruleset, other: Ruleset, journal: list[Kept]) -> None:
    found, mirrored = rehearse(one, other, journal), rehearse(other, one, journal)
    assert _facts(found) == {key: (lost, gained, same) for key, (gained, lost, same) in _facts(mirrored).items()}
    assert (found.appear, found.disappear) == (mirrored.disappear, mirrored.appear)
    assert (found.matched, found.matchless) == (mirrored.matchless, mirrored.matched)
    assert found.changed == mirrored.changed
    assert {(r.rule, r.before, r.after) for r in found.rules} == {(r.rule, r.after, r.before) for r in mirrored.rules}
    assert (found.calls.before, found.calls.after) == (mirrored.calls.after, mirrored.calls.before)


@given(rules_files(), rules_files(), journals())
@settings(max_examples=100, deadline=None)
def test_the_end_is_what_the_worker_would_have_come_to(one: Ruleset, other: Ruleset, journal: list[Kept]) -> None:
    found = rehearse(one, other, journal)
    before, after = _final(one, journal), _final(other, journal)
    assert found.wanted_before == before
    assert found.wanted_after == after
    differ = [key for key in before.keys() | after.keys() if _shown(before.get(key, {})) != _shown(after.get(key, {}))]
    assert found.changed == len(differ)
    for key in found.wanted_after:
        ContactId.from_key(key)


def _shown(wanted: Wanted) -> Counter[tuple[str, str]]:
    """What a contact ends up with, whichever rule gave it."""
    return Counter((_name(wish), repr(wish.value)) for wish in wanted.values())


def _name(wish: Wish) -> str:
    return ":".join(wish.element.split(":")[:2])
