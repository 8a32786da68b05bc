"""Patterns of rules, by RE2: the time they take grows with the text and no faster, whatever the pattern."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import re2

PATTERN_CHARACTERS_MAX: Final = 500
PROGRAM_STEPS_MAX: Final = 5_000
TEXT_CHARACTERS_MAX: Final = 4_096
"""So much of a text is looked at: a step for each character and each step of the program."""
MEMORY_BYTES_MAX: Final = 512 * 1024
PATTERNS_REMEMBERED_MAX: Final = 1_000

Trouble = Literal["too_long", "too_large", "lookaround", "backreference", "atomic", "word_edge", "syntax"]

# To RE2 \w is a-z, 0-9 and _ alone; people mean letters. All alphabets (\pL) would be 1,300 steps each.
_LETTERS = "0-9A-Za-z_À-ÖØ-öø-ɏЀ-ԯ"
_ESCAPE_OR_CLASS = re.compile(r"\\Q.*?(?:\\E|\Z)|\\.|\[:\^?[a-z]+:\]|\[\^?\]?|\]", re.DOTALL)
_EDGE = re.compile(r"(?:[^\\]|\A)(?:\\\\)*\\[bB]")


class PatternFault(Exception):
    """A pattern cannot be used: `trouble` says why, `fragment` and `at` (from 0, or None) where."""

    def __init__(self, trouble: Trouble, fragment: str = "", at: int | None = None) -> None:
        super().__init__(trouble)
        self.trouble = trouble
        self.fragment = fragment
        self.at = at


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, ready to be looked for."""

    source: str
    program: Any

    @property
    def steps(self) -> int:
        """The size of its program: how much a character may cost."""
        return int(self.program.programsize)

    def found_in(self, text: str) -> bool:
        """Whether it occurs in the first TEXT_CHARACTERS_MAX characters of `text`, trimmed, without case."""
        plain = unicodedata.normalize("NFC", text[:TEXT_CHARACTERS_MAX].strip())
        return self.program.search(plain.encode("utf-8", "replace").decode("utf-8")) is not None


@lru_cache(maxsize=PATTERNS_REMEMBERED_MAX)
def pattern_of(source: str) -> Pattern:
    """The pattern `source`. Raises PatternFault."""
    if len(source) > PATTERN_CHARACTERS_MAX:
        raise PatternFault("too_long")
    if _EDGE.search(source) and not source.isascii():
        raise PatternFault("word_edge", "\\b", source.find("\\b"))
    options = re2.Options()
    options.max_mem = MEMORY_BYTES_MAX
    options.case_sensitive = False
    options.log_errors = False
    options.never_capture = True
    plain = unicodedata.normalize("NFC", source)
    try:
        program = re2.compile(_with_letters(plain), options)
    except re2.error as error:
        raise _fault(source, error) from None
    pattern = Pattern(source, program)
    if pattern.steps > PROGRAM_STEPS_MAX:
        raise PatternFault("too_large")
    return pattern


def _with_letters(source: str) -> str:
    """The pattern with \\w meaning Latin and Cyrillic letters, digits and _."""
    inside = False

    def put(found: re.Match[str]) -> str:
        nonlocal inside
        sign = found[0]
        if sign.startswith("[") and not sign.startswith("[:"):
            inside = True
        elif sign == "]":
            inside = False
        elif sign == "\\w":
            return _LETTERS if inside else f"[{_LETTERS}]"
        elif sign == "\\W" and not inside:
            return f"[^{_LETTERS}]"
        return sign

    return _ESCAPE_OR_CLASS.sub(put, source)


def _fault(source: str, error: Exception) -> PatternFault:
    told = error.args[0] if error.args else ""
    said = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
    _, _, fragment = said.partition(": ")
    at = source.find(fragment) if fragment else -1
    place = at if at >= 0 else None
    if "too large" in said or ("repetition size" in said and not _backwards(fragment)):
        return PatternFault("too_large", fragment, place)
    if fragment.startswith(("(?=", "(?!", "(?<")):
        return PatternFault("lookaround", _longer(source, at, fragment), place)
    if re.fullmatch(r"\\[1-9k]", fragment) or (fragment == "(?P" and "(?P=" in source):
        return PatternFault("backreference", fragment, place)
    if fragment == "(?>" or "bad repetition" in said:
        return PatternFault("atomic", fragment, place)
    return PatternFault("syntax", fragment, place)


def _longer(source: str, at: int, fragment: str) -> str:
    """The library cuts `(?<=` short."""
    return source[at : at + 4] if at >= 0 and fragment == "(?<" else fragment


def _backwards(fragment: str) -> bool:
    """Whether `{2,1}` stands there."""
    found = re.fullmatch(r"\{([0-9]+),([0-9]+)\}", fragment)
    return found is not None and int(found[1]) > int(found[2])
