"""Paths that choose among the elements of a list."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.path import MISSING, PATH_CHARACTERS_MAX, look_up, split_path
from processor.domain.pick import ELEMENTS_MAX, EVERY, Where, pick, pick_column, split_pick

TREE: dict[str, Any] = {
    "contacts": [{"name": "Анна"}, {"name": ""}, {"name": "Борис"}],
    "answers": [
        {"key": "first_name", "answer": "Анна"},
        {"key": "phone", "answer": ""},
        {"key": "Phone ", "answer": "+79000000001"},
        {"key": "sizes", "answer": ["S", "M"]},
        {"question": {"ref": "city"}, "answer": "Казань"},
        {"key": 7, "answer": "seven"},
        {"key": True, "answer": "yes"},
        "no mapping",
    ],
    "meta": {"3": {"key": "utm_source", "value": "vk"}, "5": {"key": "utm_term", "value": None}},
    "items": [{"name": "Чай", "price": 7}, {"price": 8}, {"name": "Кофе"}, 5],
    "nested": [{"rows": [{"v": 1}, {"v": 2}]}, {"rows": [{"v": 3}]}],
    "empty": [],
    "text": "text",
}

FOUND: list[tuple[str, Any]] = [
    ("contacts[-1].name", "Борис"),
    ("contacts[-3].name", "Анна"),
    ("contacts[ -2 ].name", ""),
    ("contacts[-4].name", MISSING),
    ("contacts[0].name", "Анна"),
    ("answers[key=first_name].answer", "Анна"),
    ("answers[key=phone].answer", "+79000000001"),
    ("answers[key = PHONE].answer", "+79000000001"),
    ('answers["key"="phone"].answer', "+79000000001"),
    ("answers['key' = 'phone'].answer", "+79000000001"),
    ("answers[key=sizes].answer", ["S", "M"]),
    ("answers[key=sizes].answer[-1]", "M"),
    ("answers[question.ref=city].answer", "Казань"),
    ('answers[question."ref"=city].answer', "Казань"),
    ("answers[key=7].answer", "seven"),
    ("answers[key=true].answer", "yes"),
    ("answers[key=nothing].answer", MISSING),
    ("answers[key=phone].nothing", MISSING),
    ("meta[key=utm_source].value", "vk"),
    ("meta[key=utm_term].value", None),
    ("meta[-1].value", MISSING),
    ("items[*].name", ["Чай", "Кофе"]),
    ("items[*].price", [7, 8]),
    ("items[*]", TREE["items"]),
    ("meta[*].value", ["vk", None]),
    ("nested[*].rows[*].v", [1, 2, 3]),
    ("nested[*].rows[-1].v", [2, 3]),
    ("nested[-1].rows[*].v", [3]),
    ("items[*].nothing", MISSING),
    ("empty[*]", MISSING),
    ("empty[-1]", MISSING),
    ("text[*]", MISSING),
    ("text[-1]", MISSING),
    ("text[a=b]", MISSING),
    ("nothing[*].a", MISSING),
    ("items.0.name", "Чай"),
    ("items.name", MISSING),
]


@pytest.mark.parametrize(("path", "expected"), FOUND)
def test_a_path_reaches_what_it_says(path: str, expected: Any) -> None:
    """One value, or with `[*]` the list of all."""
    assert pick(TREE, split_pick(path)) == expected


@pytest.mark.parametrize(
    ("path", "column"),
    [
        ("items[*].name", ["Чай", MISSING, "Кофе", MISSING]),
        ("items[*].price", [7, 8, MISSING, MISSING]),
        ("items[0].name", ["Чай"]),
        ("nested[*].rows[*].v", [[1, 2], [3]]),
        ("nothing[*].v", []),
        ("text", ["text"]),
    ],
)
def test_a_column_has_a_place_for_every_element(path: str, column: list[Any]) -> None:
    """So that the names of a cart do not slip against its prices."""
    assert pick_column(TREE, split_pick(path)) == column


def test_the_steps_of_a_path() -> None:
    """What is written is what is meant."""
    assert split_pick('a[0]["x"][-2][*][ k . l = V v ].b') == ("a", "0", "x", -2, EVERY, Where(("k", "l"), "v v"), "b")
    assert split_pick('a[k="]=["]') == ("a", Where(("k",), "]=["))
    assert split_pick("a[k=]") == ("a", Where(("k",), ""))


WRONG = [
    "a[",
    "a[]",
    "a[*",
    "a[-]",
    "a[-0]",
    "a[-9999999]",
    "a[=x]",
    "a[k.=x]",
    "a[**]",
    "a[k=x",
    "a[x]",
    "a[k='x]",
    "",
]


@pytest.mark.parametrize("path", [*WRONG, "a" * (PATH_CHARACTERS_MAX + 1)])
def test_a_wrong_path_is_refused(path: str) -> None:
    """With the place."""
    with pytest.raises(ValueError, match=r"character|segments"):
        split_pick(path)


def test_a_list_without_end_is_read_up_to_a_bound() -> None:
    """However deep and wide."""
    wide = {"a": [{"b": list(range(2 * ELEMENTS_MAX))}] * (2 * ELEMENTS_MAX)}
    assert len(pick(wide, split_pick("a[*].b[*]"))) == ELEMENTS_MAX
    assert len(pick_column(wide, split_pick("a[*].b[0]"))) == ELEMENTS_MAX


@given(st.text(alphabet="ab.[]*-0=\"' ", max_size=12))
def test_whatever_is_a_plain_path_means_the_same_here(text: str) -> None:
    """And nothing but ValueError is raised."""
    try:
        steps = split_pick(text)
    except ValueError:
        with pytest.raises(ValueError, match="character"):
            split_path(text)
        return
    assert steps == split_pick(text)
    if all(isinstance(step, str) for step in steps):
        assert steps == split_path(text)
        assert pick(TREE, steps) == look_up(TREE, split_path(text))
