"""What stands beside the form of a rule: its YAML with faults in place, its examples, and the words of the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from processor.domain.rule import CONTACT_FIELDS, Ruleset
from processor.examples.run import Result, run_examples
from processor.examples.telling import tell_failure
from processor.fault import Fault
from processor.rules.examples.beside import examples_beside
from processor.rules.form.fields import FLAG_TESTS, GROUPS
from processor.telling import form_words
from processor.telling.sentence import sentence_of
from processor.text import Language
from processor.web.console.drafting import compiled, lines_of_rule

EXAMPLES_MAX: Final = 500
LINES_MAX: Final = 400
# Files of deliveries are only read by the command: a draft in a browser must not name files of the server.
NO_FOLDER: Final = Path("/nonexistent")

WORDS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "test_words": form_words.TEST_WORDS,
        "count_words": form_words.COUNT_WORDS,
        "group_words": form_words.GROUP_WORDS,
        "contact_words": form_words.CONTACT_WORDS,
        "utm_words": form_words.UTM_WORDS,
        "urgent_words": form_words.URGENT_WORDS,
        "same_words": form_words.SAME_WORDS,
        "kept_words": form_words.KEPT_WORDS,
        "flag_tests": FLAG_TESTS,
        "groups": GROUPS,
        "contact_fields": CONTACT_FIELDS,
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the rule with what is wrong in it."""

    number: int
    text: str
    faults: Sequence[Fault] = ()


@dataclass(frozen=True, slots=True)
class Proven:
    """One example and what came of it, failures told line by line."""

    result: Result
    failure: Sequence[str]


def preview(text: str, file: str, position: int, language: Language, *, tried: bool) -> dict[str, Any]:
    """The rule at `position` as it stands in `text`; below 0: it does not stand there yet."""
    found = compiled(text, file)
    first, last = lines_of_rule(text, position) if position >= 0 else (0, 0)
    inside = [fault for fault in found.faults if fault.place and first <= fault.place.line <= last]
    rule = found.rules.rules[position] if found.rules and 0 <= position < len(found.rules.rules) else None
    return {
        "lines": _lines(text, first, last, inside),
        "faults_here": inside,
        "faults_elsewhere": [fault for fault in found.faults if fault not in inside],
        "sentence": sentence_of(rule) if rule else None,
        "example_count": _count(found.rules, position),
        "proven": prove(found.rules, language, position) if tried and found.rules else None,
    }


def prove(rules: Ruleset, language: Language, position: int | None = None) -> list[Proven]:
    """The examples beside the rules, or beside one of them, run."""
    examples = [one for one in examples_beside(rules) if position in (None, one.rule)]
    return [
        Proven(result, [line.strip() for line in tell_failure(result, language)] if not result.passed else ())
        for result, _ in run_examples(rules, examples[:EXAMPLES_MAX], NO_FOLDER)
    ]


def _count(rules: Ruleset | None, position: int) -> int:
    return sum(one.rule == position for one in examples_beside(rules)) if rules and position >= 0 else 0


def _lines(text: str, first: int, last: int, faults: Sequence[Fault]) -> list[Line]:
    if not first:
        return []
    rows = text.split("\n")[first - 1 : min(last, first + LINES_MAX)]
    return [
        Line(number, row.rstrip("\r"), [fault for fault in faults if fault.place and fault.place.line == number])
        for number, row in enumerate(rows, first)
    ]
