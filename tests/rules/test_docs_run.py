"""Every rule that docs/rules.md shows is run: events are put to it, and what the page says comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from processor.errors import FaultsFound
from processor.examples.run import run_examples
from processor.rules.examples.beside import examples_beside
from processor.text import Language
from tests.code.tree import ROOT
from tests.examples.playing import NOWHERE
from tests.harness.rules import ruleset
from tests.rules.docs_events import examples_of
from tests.rules.test_docs import EXAMPLES, RULES, blocks

RULE = re.compile(r"^( *)- name: ", re.MULTILINE)


def _rules(language: Language) -> Iterator[str]:
    """The page's files of rules that compile, each rule with the examples of our table or its own."""
    for _, path, text, _ in EXAMPLES:
        if path == RULES[language] and (not re.search(r"^rules: \[\]", text, re.MULTILINE)):
            try:
                ruleset(text, demo=True)
            except FaultsFound:  # shown for its mistakes
                continue
            yield text


def _with_examples(text: str, language: Language) -> str:
    """The file with examples beside every rule that has none of its own."""
    table = examples_of(language)
    starts = [found.start() for found in RULE.finditer(text)]
    pieces = [text[: starts[0]]]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end]
        found = RULE.match(piece)
        assert found is not None
        name = _name(piece)
        if "examples:" not in piece and name in table:
            indent = found[1] + "  "
            piece += f"{indent}examples:\n" + "".join(f"{indent}  - {one}\n" for one in table[name])
        pieces.append(piece)
    return "".join(pieces)


def _name(piece: str) -> str:
    """The name in the first line of a rule."""
    return piece.splitlines()[0].partition("name: ")[2].partition("  #")[0].strip()


@pytest.mark.parametrize("language", RULES)
def test_what_the_page_says_of_a_rule_comes_out(language: Language) -> None:
    files = list(_rules(language))
    assert len(files) >= 12
    shown: set[str] = set()
    for text in files:
        compiled = ruleset(_with_examples(text, language), demo=True)
        results = [result for result, _ in run_examples(compiled, examples_beside(compiled), NOWHERE)]
        assert [(one.title, one.differences, one.faults) for one in results if not one.passed] == []
        proven = {compiled.rules[one.example.rule].name for one in results if one.example.rule is not None}
        shown |= proven
        lacking = {rule.name for rule in compiled.rules} - proven
        assert lacking <= SHOWN_FOR_WARNINGS, f"give them an example in docs_events.py: {lacking}"
    assert examples_of(language).keys() <= shown, "a rule of docs_events.py is on the page no more"


SHOWN_FOR_WARNINGS = frozenset({"Anything", "Large", "Любой", "Крупный"})
"""Rules that the page shows for the warnings under them, beside one that never matches."""


@pytest.mark.parametrize("name", ["README.md", "README.ru.md"])
def test_no_rule_of_a_readme_stays_unrun(name: str) -> None:
    """They show none of their own: the rules are in rules.yaml, whose examples are run."""
    assert [text for text in blocks(ROOT / name) if "rules:" in text or text.startswith("- name:")] == []
