"""What docs/rules.md shows compiles, or fails exactly as shown; its tables name what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from processor.domain.event import EVENT_TYPES
from processor.domain.rule import CONTACT_FIELDS
from processor.errors import FaultsFound
from processor.rules.compile import RULE_KEYS, TOP_KEYS
from processor.rules.effects import KEYS as EFFECTS
from processor.rules.effects import STATUS_KEYS
from processor.rules.hygiene import warnings_of
from processor.rules.operators import TESTS
from processor.rules.sources import KEYS as SOURCE_KEYS
from processor.rules.vocabulary import DOTTED
from processor.text import Language
from tests.harness.rules import ruleset

DOCS = Path(__file__).parents[2] / "docs"
RULES: dict[Language, Path] = {"en": DOCS / "rules.md", "ru": DOCS / "ru" / "rules.md"}
PAGES: list[tuple[Language, Path]] = [
    ("ru" if "ru" in path.relative_to(DOCS).parts else "en", path) for path in sorted(DOCS.rglob("*.md"))
]
HEAD = (
    "version: 1\nbot: 1\nsources:\n  shop: {preset: woocommerce, secret: s}\n  landing: {preset: tilda, secret: s}\n"
    "  crm: {preset: generic, token: t}\nrules:\n"
)


def blocks(path: Path) -> list[str]:
    """Every YAML block of a page."""
    return re.findall(r"^```yaml\n(.*?)^```$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def _examples(path: Path) -> list[tuple[str, str | None]]:
    """Every YAML block, with the faults that stand under it, if they do; a rule by itself gets a file around it."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    found: list[tuple[str, str | None]] = []
    for (kind, text), (after, told) in zip(blocks, [*blocks, ("", "")][1:], strict=True):
        faults = told if after == "text" and told.startswith("rules.yaml:") else None
        if kind == "yaml" and text.startswith("version: 1"):
            found.append((text, faults))
        elif kind == "yaml" and text.startswith("- name:"):
            found.append((HEAD + text, faults))
    return found


EXAMPLES = [(language, path, *example) for language, path in PAGES for example in _examples(path)]


@pytest.mark.parametrize(
    ("language", "path", "text", "faults"), EXAMPLES, ids=lambda value: value.name if isinstance(value, Path) else None
)
def test_every_example_does_what_the_page_says(language: Language, path: Path, text: str, faults: str | None) -> None:
    """It compiles, or has the faults or the warnings that stand under it, word for word."""
    compiles, told = _told(text, language)
    if faults is None:
        assert compiles, told
    else:
        assert told == faults.splitlines()


def _told(text: str, language: Language) -> tuple[bool, list[str]]:
    """Whether it compiles, and its faults or warnings."""
    try:
        return True, [fault.say(language) for fault in warnings_of(ruleset(text, demo=True))]
    except FaultsFound as found:
        return False, found.say(language).splitlines()


def test_the_pages_have_examples_and_faults() -> None:
    """The tests above are not empty."""
    for path in RULES.values():
        examples = _examples(path)
        assert len(examples) >= 8
        assert sum(faults is not None for _, faults in examples) >= 2


@pytest.mark.parametrize("path", RULES.values(), ids=RULES)
def test_every_word_of_the_language_is_on_the_page(path: Path) -> None:
    """Fields of the file, of sources and of rules, tests, types of events, fields of an event."""
    page = path.read_text("utf-8")
    words = {*TOP_KEYS, *SOURCE_KEYS, *RULE_KEYS, *EFFECTS, *STATUS_KEYS, *TESTS, *EVENT_TYPES, *CONTACT_FIELDS}
    words |= {dotted.rpartition(".")[2] for dotted in DOTTED}
    assert sorted(word for word in words if not re.search(rf"\b{re.escape(word)}\b", page)) == []


def test_both_languages_have_the_same_pages() -> None:
    """A page is translated, or is not written."""
    pages: dict[Language, set[str]] = {"en": set(), "ru": set()}
    for language, path in PAGES:
        pages[language].add(str(path.relative_to(DOCS / "ru" if language == "ru" else DOCS)))
    assert pages["en"] == pages["ru"]
