"""Merging wishes is a law: no order, repetition or grouping matters, and the first UTM alone keeps the oldest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from processor.domain.wish import FIRST_WINS, Wish, merge, stamp_of

ELEMENTS = ("field:name", "tag:A", "tag:B", "utm:last", FIRST_WINS, "variable:X", "status", f"status:{'0' * 27}:0001")


def _wish(element: str, number: int) -> Wish:
    """The wish of the delivery of this number: a stamp belongs to one delivery, and that wishes one thing."""
    return Wish(
        element=element, value=f"v{number}", stamp=stamp_of(number % 5, 9, number), event=f"e{number}", rule="r"
    )


WISHES = st.lists(st.builds(_wish, st.sampled_from(ELEMENTS), st.integers(0, 12)), max_size=10)


def _merged(wishes: list[Wish]) -> dict[str, Wish]:
    found: dict[str, Wish] = {}
    for wish in wishes:
        found = merge(found, {wish.element: wish})
    return found


STATES = WISHES.map(_merged)


@given(left=STATES, right=STATES)
def test_which_side_is_merged_into_which_does_not_matter(left: dict[str, Wish], right: dict[str, Wish]) -> None:
    assert merge(left, right) == merge(right, left)


@given(one=STATES, two=STATES, three=STATES)
def test_how_states_are_grouped_does_not_matter(
    one: dict[str, Wish], two: dict[str, Wish], three: dict[str, Wish]
) -> None:
    assert merge(merge(one, two), three) == merge(one, merge(two, three))


@given(state=STATES, other=STATES)
def test_merging_the_same_again_changes_nothing(state: dict[str, Wish], other: dict[str, Wish]) -> None:
    assert merge(state, state) == state
    assert merge(merge(state, other), other) == merge(state, other)


@given(left=STATES, right=STATES)
def test_merging_changes_neither_side(left: dict[str, Wish], right: dict[str, Wish]) -> None:
    before = dict(left), dict(right)
    merge(left, right)
    assert (left, right) == before


@given(wishes=WISHES)
def test_the_newest_is_left_and_of_first_utm_the_oldest(wishes: list[Wish]) -> None:
    merged = _merged(wishes)
    for element in {wish.element for wish in wishes}:
        stamps = [wish.stamp for wish in wishes if wish.element == element]
        assert merged[element].stamp == (min if element == FIRST_WINS else max)(stamps)
