"""`matches:` of a `when:` line: patterns read by RE2, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from processor.domain.condition import Holds, matching
from processor.domain.pattern import (
    PATTERN_CHARACTERS_MAX,
    PROGRAM_STEPS_MAX,
    Pattern,
    PatternFault,
    Trouble,
    pattern_of,
)
from processor.rules.reading import texts_of
from processor.rules.report import Report, named
from processor.rules.tree import Scalar, Tree
from processor.text import Text

PATTERNS_MAX: Final = 20
"""In one list: each is looked for in turn."""

_PLAIN = Text("обычный текст или список: contains: [а, б]", "plain text or a list: contains: [a, b]")
_EXPECTED: Final[dict[Trouble, Text]] = {
    "too_long": Text(f"не больше {PATTERN_CHARACTERS_MAX} знаков", f"at most {PATTERN_CHARACTERS_MAX} characters"),
    "too_large": Text("меньше повторов {n} и вариантов", "fewer repetitions {n} and alternatives"),
    "lookaround": Text(
        "вторая проверка рядом: {matches: …, not: …}, или группа условий not:",
        "a second test beside it: {matches: …, not: …}, or a group under not:",
    ),
    "backreference": Text("шаблон без ссылок на свои группы", "a pattern without references to its own groups"),
    "atomic": Text("обычные повторы: a+ вместо a++", "plain repetitions: a+ instead of a++"),
    "word_edge": Text(
        "(^|[^а-яё])слово([^а-яё]|$): у кириллицы \\b не видит границ",
        "(^|[^а-яё])слово([^а-яё]|$): \\b sees no edges of Cyrillic words",
    ),
    "syntax": Text("выражение RE2, например ^(vip|опт), или " + _PLAIN.ru, "RE2, such as ^(vip|опт), or " + _PLAIN.en),
}
_WHY: Final[dict[Trouble, Text]] = {
    "too_long": Text("выражение слишком длинное", "the pattern is too long"),
    "too_large": Text("выражение слишком сложное", "the pattern is too large"),
    "lookaround": Text("просмотра вперёд и назад здесь нет", "there is no lookahead or lookbehind"),
    "backreference": Text("обратных ссылок здесь нет", "there are no backreferences"),
    "atomic": Text("такого повтора здесь нет", "there is no such repetition"),
    "word_edge": Text("\\b не понимает кириллицу", "\\b knows no Cyrillic"),
    "syntax": Text("выражение записано неверно", "the pattern is not written right"),
}


def matches_of(tree: Tree, report: Report) -> tuple[str, Holds | None]:
    """How the test reads, and the test: some text matches one of the patterns; None with a fault."""
    texts = texts_of(tree, report)
    if len(texts) > PATTERNS_MAX:
        message = Text(f"выражений {len(texts)}", f"there are {len(texts)} patterns")
        limit = Text(f"не больше {PATTERNS_MAX} в списке", f"at most {PATTERNS_MAX} in a list")
        report.add("test.pattern", message, tree.place, limit)
        return "", None
    found = [_pattern(text, scalar, report) for text, scalar in texts]
    patterns = tuple(pattern for pattern in found if pattern is not None)
    if sum(pattern.steps for pattern in patterns) > PROGRAM_STEPS_MAX:
        report.add("test.pattern", _WHY["too_large"], tree.place, _EXPECTED["too_large"])
        return "", None
    searches: tuple[Callable[[str], bool], ...] = tuple(pattern.found_in for pattern in patterns)
    return ", ".join(pattern.source for pattern in patterns), matching(searches) if searches else None


def _pattern(text: str, scalar: Scalar, report: Report) -> Pattern | None:
    try:
        return pattern_of(text)
    except PatternFault as fault:
        why = _WHY[fault.trouble]
        place = scalar.place
        if fault.at is None:
            message = why
        else:
            sign = named(fault.fragment)
            message = Text(f"{why.ru}: знак {fault.at + 1}, «{sign}»", f'{why.en}: character {fault.at + 1}, "{sign}"')
            if scalar.plain and scalar.text == text:  # without quotes its signs stand as they are counted
                place = replace(place, column=place.column + fault.at)
        report.add("test.pattern", message, place, _EXPECTED[fault.trouble])
        return None
