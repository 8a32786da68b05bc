"""The store merges as the law says (domain/wish.py): any order, repetition and split into deliveries, one contact."""

from __future__ import annotations

from typing import Any

import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processor.domain.wish import FIRST_WINS, Wish, merge, stamp_of
from processor.store.contacts import Claim, Record, claim, record, state_of
from processor.store.journal import story_of
from tests.harness.store import StoreProcess
from tests.harness.stored import CONTACT, delivery, take_in, wished

ELEMENTS = ("field:name", "tag:A", "utm:last", FIRST_WINS, "variable:X", "status", f"status:{'0' * 27}:0001")
DELIVERIES_MAX = 16
Told = tuple[str, int]
"""An element and the number of the delivery that first wished it."""


def _wish(told: Told) -> Wish:
    element, number = told
    return Wish(element=element, value=f"v{number}", stamp=stamp_of(number % 4, 9, number), event="", rule="r")


@st.composite
def splits(draw: st.DrawFn) -> tuple[list[Told], list[list[Told]]]:
    """Wishes, and deliveries that carry all of them: shuffled, some again, cut anywhere; each element once in one."""
    told = draw(st.lists(st.tuples(st.sampled_from(ELEMENTS), st.integers(0, 7)), min_size=1, max_size=7, unique=True))
    again = draw(st.lists(st.sampled_from(told), max_size=5))
    shuffled = draw(st.permutations([*told, *again]))
    deliveries: list[list[Told]] = [[]]
    for one in shuffled:
        if draw(st.booleans()) or one[0] in {element for element, _ in deliveries[-1]}:
            deliveries.append([])
        deliveries[-1].append(one)
    return told, [one for one in deliveries if one]


def _take_in(process: StoreProcess, store: redis.Redis, count: int) -> None:
    store.flushall()
    take_in(process.settings, [(delivery(f"d{n}"), str(n)) for n in range(count)])


def _held(store: redis.Redis) -> dict[str, tuple[str, Any]]:
    return {element: (wish.stamp, wish.value) for element, wish in state_of(store, CONTACT).wanted.items()}


def _law(told: list[Told]) -> dict[str, tuple[str, Any]]:
    merged: dict[str, Wish] = {}
    for one in told:
        merged = merge(merged, {one[0]: _wish(one)})
    return {element: (wish.stamp, wish.value) for element, wish in merged.items()}


def _deliver(store: redis.Redis, deliveries: list[list[Told]], *, first: int = 0) -> None:
    for number, one in enumerate(deliveries, first):
        event = f"d{number}"
        wished(store, event, *(Wish(**{**_parts(_wish(told)), "event": event}) for told in one))


def _parts(wish: Wish) -> dict[str, Any]:
    return {name: getattr(wish, name) for name in wish.__struct_fields__}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(split=splits())
def test_any_order_repetition_and_split_gives_the_same_contact(
    store_process: StoreProcess, store: redis.Redis, split: tuple[list[Told], list[list[Told]]]
) -> None:
    told, deliveries = split
    _take_in(store_process, store, len(deliveries))
    _deliver(store, deliveries)
    assert _held(store) == _law(told)
    held: Any = store.hgetall(f"wh:c:{CONTACT}")
    assert {name.decode()[:2] for name in held} == {"w:"}, "nothing else is left of the way there"
    open_ = [story_of(store, f"d{n}").row.open for n in range(len(deliveries))]
    assert sum(open_) == len(_law(told)), "an event counts exactly the wishes it still has"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(split=splits(), cut=st.integers(0, DELIVERIES_MAX))
def test_what_was_delivered_in_between_is_undone_by_nothing_older(
    store_process: StoreProcess, store: redis.Redis, split: tuple[list[Told], list[list[Told]]], cut: int
) -> None:
    """All that stands is settled at some moment; afterwards only what is newer may stand (of first UTM: older)."""
    told, deliveries = split
    _take_in(store_process, store, len(deliveries))
    _deliver(store, deliveries[:cut])
    before = _held(store)
    if before:
        held = claim(store, lease_ms=10_000)
        assert isinstance(held, Claim)
        settled = {element: stamp for element, (stamp, _) in before.items()}
        entry = Record(settled=settled, then="release")
        assert record(store, held, entry, journal_days=30, contact_days=400)[0]
    _deliver(store, deliveries[cut:], first=len(deliveries[:cut]))
    after = _held(store)
    # One status of a row is as old or new as the status itself.
    status = max((stamp for element, (stamp, _) in before.items() if element.startswith("status")), default="")
    for element, (stamp, _) in after.items():
        delivered = status if element.startswith("status") else before.get(element, ("", ""))[0]
        assert not delivered or (stamp < delivered if element == FIRST_WINS else stamp > delivered)
    effect = before | after
    law = {e: one for e, one in _law(told).items() if not e.startswith("status")}
    assert {e: one for e, one in effect.items() if not e.startswith("status")} == law
    newest = max((one for e, one in _law(told).items() if e.startswith("status")), default=None)
    assert newest is None or newest in effect.values()
