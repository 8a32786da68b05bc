"""Changes of two people come together where they do not meet, and nothing of either is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from processor.rules.merge import merged

BASE = "".join(f"line {number}\n" for number in range(10))


def test_changes_apart_from_each_other_come_together() -> None:
    mine = BASE.replace("line 1\n", "line 1, mine\n")
    theirs = BASE.replace("line 7\n", "").replace("line 4\n", "line 4\nline 4, theirs\n")
    together = merged(BASE, mine, theirs)
    assert together == mine.replace("line 7\n", "").replace("line 4\n", "line 4\nline 4, theirs\n")
    assert merged(BASE, theirs, mine) == together


def test_the_same_change_by_both_is_made_once() -> None:
    both = BASE.replace("line 3\n", "line 3\nnew\n")
    assert merged(BASE, both, both) == both


def test_changes_that_meet_are_left_to_a_person() -> None:
    for mine, theirs in (
        (BASE.replace("line 3", "mine"), BASE.replace("line 3", "theirs")),
        (BASE.replace("line 3\n", ""), BASE.replace("line 3", "theirs")),
        (BASE + "mine\n", BASE + "theirs\n"),
        (BASE.replace("line 3", "mine"), BASE.replace("line 4", "theirs")),
    ):
        assert merged(BASE, mine, theirs) is None


_texts = st.lists(st.sampled_from("abcd"), max_size=8).map(lambda lines: "".join(f"{line}\n" for line in lines))


@given(_texts, _texts)
def test_who_changed_nothing_gets_the_other(base: str, other: str) -> None:
    assert merged(base, base, other) == other
    assert merged(base, other, base) == other


@given(_texts, _texts, _texts)
def test_it_does_not_matter_who_is_called_mine(base: str, mine: str, theirs: str) -> None:
    assert merged(base, mine, theirs) == merged(base, theirs, mine)
