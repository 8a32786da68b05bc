"""The documents as these tests read them: lines, sections by heading, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.code.tree import ROOT

_HEADING = re.compile(r"(#+) +(.*)")
_FENCE = ("```", "~~~")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ _\u00a0\u202f](?=\d)")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and everything below it, to the next heading of its level or above."""

    title: str
    text: str

    @property
    def names(self) -> tuple[str, ...]:
        """What the title lists: `serve, work, sandbox` are three names."""
        return tuple(name.strip(" `") for name in self.title.split(","))


def lines_of(path: str) -> list[str]:
    """The lines of a document, numbers without spaces in them."""
    return [_BETWEEN_DIGITS.sub("", line) for line in (ROOT / path).read_text("utf-8").splitlines()]


def sections_of(path: str) -> list[Section]:
    """Every section, with its subsections inside."""
    lines = lines_of(path)
    headings = list(_headings(lines))
    found = []
    for index, (start, level, title) in enumerate(headings):
        end = next((at for at, other, _ in headings[index + 1 :] if other <= level), len(lines))
        found.append(Section(title, "\n".join(lines[start:end])))
    return found


def _headings(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    fenced = False
    for number, line in enumerate(lines):
        fenced ^= line.lstrip().startswith(_FENCE)
        heading = _HEADING.match(line)
        if heading and not fenced:
            yield number, len(heading[1]), heading[2]
