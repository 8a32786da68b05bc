"""Dotted paths."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.path import MISSING, PATH_CHARACTERS_MAX, look_up, split_path

TREE: dict[str, Any] = {
    "order": {"items": [{"name": "Чайник"}, {"name": "Чашка"}], "total": None, "0": "zero"},
    "form": {"fields": {"Ваш телефон": "+79000000001", "a.b": 1, 'с "кавычками"': 2}},
    "pair": ("first", "second"),
}

PATHS = [
    ("order", ("order",)),
    ("order.items", ("order", "items")),
    ("order.items.0.name", ("order", "items", "0", "name")),
    ("order.items[0].name", ("order", "items", "0", "name")),
    ("order.items[ 1 ].name", ("order", "items", "1", "name")),
    ("[0].name", ("0", "name")),
    ("a[0][1]", ("a", "0", "1")),
    ('form.fields."Ваш телефон"', ("form", "fields", "Ваш телефон")),
    ("form.fields.'a.b'", ("form", "fields", "a.b")),
    ('form.fields["a.b"].x', ("form", "fields", "a.b", "x")),
    ('"с \\"кавычками\\""', ('с "кавычками"',)),
    ("form.fields.Ваш телефон", ("form", "fields", "Ваш телефон")),
    (" a . b ", ("a", "b")),
]

WRONG = [
    "",
    ".",
    "a.",
    ".a",
    "a..b",
    "a[",
    "a[x]",
    "a[]",
    "a]",
    '"a',
    'a"b"',
    "a.''",
    "a[0]b",
    "a.b" * PATH_CHARACTERS_MAX,
]

LOOKED_UP = [
    ("order.items[1].name", "Чашка"),
    ("order.items.5.name", MISSING),
    ("order.items.-1", MISSING),
    ("order.items.²", MISSING),
    ("order.items.99999999999999999999", MISSING),
    ("order.items.name", MISSING),
    ("order.total", None),
    ("order.total.x", MISSING),
    ("order.0", "zero"),
    ('form.fields."a.b"', 1),
    ("pair.1", "second"),
    ("nothing", MISSING),
]


@pytest.mark.parametrize(("text", "parts"), PATHS)
def test_a_path_is_split_into_names(text: str, parts: tuple[str, ...]) -> None:
    """Quotes protect dots, brackets may hold indexes or quoted names."""
    assert split_path(text) == parts


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_path_is_refused_with_its_place(text: str) -> None:
    """The message names the character, or the bound."""
    with pytest.raises(ValueError, match=r"character"):
        split_path(text)


@pytest.mark.parametrize(("text", "found"), LOOKED_UP)
def test_a_path_is_looked_up(text: str, found: Any) -> None:
    """What is not there is MISSING; None is a value."""
    assert look_up(TREE, split_path(text)) == found


def test_missing_counts_as_false() -> None:
    """So `look_up(...) or default` reads well."""
    assert not MISSING


@given(st.text(max_size=50))
def test_any_text_is_a_path_or_a_value_error(text: str) -> None:
    """And looking it up never raises."""
    try:
        parts = split_path(text)
    except ValueError:
        return
    assert parts
    look_up(TREE, parts)
