"""Words that mix two alphabets: «Покупaтель» with a Latin a equals no «Покупатель»."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from processor.fault import Fault
from processor.rules.hygiene.found import warning
from processor.rules.hygiene.letters import mixed_words
from processor.rules.hygiene.written import Written, part
from processor.rules.report import named
from processor.rules.tree import Listing, Scalar, Table, Tree
from processor.text import Text

WORDS_SHOWN_MAX: Final = 3

_FILLED: Final = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)


def alphabets(rules: Sequence[Written]) -> Iterator[Fault]:
    """A warning for each text of a rule with such words, the text in one alphabet for a mend."""
    for written in rules:
        for name in ("when", "then", "contact", "unless"):
            for scalar in _scalars(part(written.table, name)):
                words = dict(mixed_words(_FILLED.sub(" ", scalar.text)))
                if words:
                    yield _said(scalar, words)


def _scalars(tree: Tree | None) -> Iterator[Scalar]:
    if isinstance(tree, Scalar):
        yield tree
    elif isinstance(tree, Listing):
        for item in tree.items:
            yield from _scalars(item)
    elif isinstance(tree, Table):
        for key, value in tree.entries:
            yield key
            yield from _scalars(value)


def _said(scalar: Scalar, words: dict[str, str]) -> Fault:
    meant = scalar.text
    for word, right in words.items():
        meant = meant.replace(word, right)
    shown = [named(word) for word in words][:WORDS_SHOWN_MAX]
    ru, en = ", ".join(f"«{word}»" for word in shown), ", ".join(f'"{word}"' for word in shown)
    text = Text(f"{ru}: буквы двух алфавитов в одном слове", f"{en}: letters of two alphabets within one word")
    return warning("text.alphabets", text, scalar.place, None, named(meant), meant)
