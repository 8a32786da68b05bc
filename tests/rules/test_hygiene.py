"""What a rules file may say and hardly means is warned of by place, in both languages; the file runs all the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from processor.fault import Place
from processor.rules.hygiene import warnings_of
from processor.rules.report import Report
from processor.rules.tree import Listing, Scalar, Tree, grow
from tests.harness.rules import ruleset
from tests.rules.suspects import SUSPECTS, Suspect


@pytest.mark.parametrize("suspect", SUSPECTS, ids=lambda suspect: f"{suspect.code}-{suspect.place}")
def test_each_suspect_gets_one_warning_with_its_place(suspect: Suspect) -> None:
    """Code, line, column, a word in each language, and the mend."""
    found = warnings_of(ruleset(suspect.text))
    assert [(fault.code, str(fault.place)) for fault in found] == [(suspect.code, f"rules.yaml:{suspect.place}")]
    assert found[0].severity == "warning"
    assert suspect.ru in found[0].say("ru")
    assert suspect.en in found[0].say("en")
    assert suspect.fix in (None, found[0].fix)


def test_a_mend_mends() -> None:
    """Put in the place of what is warned of, it leaves no warning of its sort."""
    mended = 0
    for suspect in SUSPECTS:
        for fault in warnings_of(ruleset(suspect.text)):
            if fault.fix is not None and fault.place is not None:
                text = _mended(suspect.text, fault.place, fault.fix)
                assert fault.code not in [one.code for one in warnings_of(ruleset(text))]
                mended += 1
    assert mended >= 10


def _mended(text: str, place: Place, fix: str) -> str:
    tree = grow(text, "rules.yaml", Report())
    wrong = next(one.text for one in _scalars(tree) if one.place == place)
    lines = text.splitlines()
    before, after = lines[place.line - 1][: place.column - 1], lines[place.line - 1][place.column - 1 :]
    lines[place.line - 1] = before + after.replace(wrong, fix, 1)
    return "\n".join(lines)


def _scalars(tree: Tree | None) -> Iterator[Scalar]:
    if isinstance(tree, Scalar):
        yield tree
    elif isinstance(tree, Listing):
        for item in tree.items:
            yield from _scalars(item)
    elif tree is not None:
        for key, value in tree.entries:
            yield key
            yield from _scalars(value)
