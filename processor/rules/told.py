"""Faults told to a person: place, excerpt, what was expected, the nearest name, and the mend to paste."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from processor.fault import Fault
from processor.rules.excerpt import Mended, excerpt_from, is_shown, mended_of
from processor.rules.masked import COVER, masked_lines
from processor.text import Language, Text, plural
from processor.visible import visible

Role = Literal["place", "error", "warning", "line", "marks", "hint", "fix", "count", "fine"]
"""What a piece of the answer is, for colours."""

Piece = tuple[Role, str]

_WARNING: Final = Text("предупреждение: ", "warning: ")
_EXPECTED: Final = Text("ожидается: ", "expected: ")
_NEAREST: Final = Text("может быть, «{}»?", 'did you mean "{}"?')
_FIX: Final = Text("исправить так:", "mend it so:")
_REMOVE: Final = Text("исправить: удалить строку {}", "mend it: remove line {}")
_INSERT: Final = Text("исправить: вставить в столбец {}: ", "mend it: insert at column {}: ")
_REPLACE: Final = Text("исправить: вместо подчёркнутого: ", "mend it: in the place of what is underlined: ")
_CUT: Final = Text("исправить: удалить: ", "mend it: remove: ")
_ADD: Final = Text("добавить:", "add:")
_ERRORS: Final = (("ошибка", "ошибки", "ошибок"), ("error", "errors"))
_WARNINGS: Final = (("предупреждение", "предупреждения", "предупреждений"), ("warning", "warnings"))


def told(faults: Sequence[Fault], text: str, language: Language) -> list[list[Piece]]:
    """Each fault as lines of pieces; `text` is the file that they are about."""
    lines = masked_lines(text)
    answer: list[list[Piece]] = []
    for fault in faults:
        answer += _one(fault, text, lines, language)
        answer.append([])
    return answer


def plain_text(lines: Iterable[Iterable[Piece]]) -> str:
    """The same without colours, each line with its end."""
    return "".join("".join(text for _, text in pieces).rstrip() + "\n" for pieces in lines)


def _one(fault: Fault, text: str, lines: Sequence[str], language: Language) -> list[list[Piece]]:
    message: list[Piece] = [("place", f"{fault.place}: ")] if fault.place else []
    if fault.severity == "warning":
        message.append(("warning", _WARNING.say(language)))
    message.append((fault.severity, visible(fault.text.say(language))))
    answer = [message]
    excerpt = excerpt_from(lines, fault.place) if fault.place else None
    width = len(str(excerpt.line if excerpt else 0))
    if excerpt:
        answer.append([("line", f"  {excerpt.line} | "), ("line", excerpt.shown)])
        answer.append([("line", f"  {'':{width}} | "), ("marks", excerpt.marks)])
    if fault.expected:
        answer.append([("hint", "  " + _EXPECTED.say(language)), ("hint", visible(fault.expected.say(language)))])
    if fault.nearest:
        answer.append([("hint", "  " + _NEAREST.say(language).format(visible(fault.nearest)))])
    return answer + _mend(fault, text, lines, language)


def _mend(fault: Fault, text: str, lines: Sequence[str], language: Language) -> list[list[Piece]]:
    mended = mended_of(text, fault.mend)
    if mended is None:
        known = fault.fix if not fault.mend else None  # what is too long to be shown is not shown in part
        return [[("hint", f"  {_FIX.say(language)} "), ("fix", visible(known))]] if known else []
    if not mended.lines:
        return [[("hint", "  " + _REMOVE.say(language).format(mended.line))]]
    if mended.long or any(COVER in line for line in mended.lines):
        return _piece(fault, mended, lines, language)
    width = len(str(mended.line + len(mended.lines) - 1))
    shown: list[list[Piece]] = [[("hint", "  " + (_FIX if mended.removed else _ADD).say(language))]]
    for number, line in enumerate(mended.lines, mended.line):
        shown.append([("line", f"  {number:{width}} | "), ("fix", line)])
    return shown


def _piece(fault: Fault, mended: Mended, lines: Sequence[str], language: Language) -> list[list[Piece]]:
    """In a line with a secret only the change is shown: a covered secret must not be pasted over a real one."""
    if len(fault.mend) != 1 or not is_shown(fault.mend, mended):
        return []
    one = fault.mend[0]
    if (one.line, one.column) == (one.end_line, one.end_column):
        return [[("hint", "  " + _INSERT.say(language).format(one.column)), ("fix", visible(one.text))]]
    if one.text.strip():
        return [[("hint", "  " + _REPLACE.say(language)), ("fix", visible(one.text))]]
    gone = lines[one.line - 1][one.column - 1 : one.end_column - 1] if one.line == one.end_line else COVER
    return [] if COVER in gone else [[("hint", "  " + _CUT.say(language)), ("fix", visible(gone))]]


def counted(faults: Sequence[Fault], language: Language) -> str:
    """«3 ошибки, 1 предупреждение»; empty when there is nothing."""
    errors = sum(fault.severity == "error" for fault in faults)
    warnings = len(faults) - errors
    parts = []
    for count, (russian, english) in ((errors, _ERRORS), (warnings, _WARNINGS)):
        if count:
            word = plural(count, *russian) if language == "ru" else english[count != 1]
            parts.append(f"{count} {word}")
    return ", ".join(parts)
