"""Lines of a text: where they begin and end, what is a comment, and which comments go with an item."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from processor.errors import EditRefused
from processor.text import Text

UNUSUAL: Final = Text(
    "это место записано необычно; исправьте его в самом файле", "this place is written unusually; edit the file itself"
)
_END = re.compile(r"\r\n|[\r\n]")


@dataclass(frozen=True, slots=True)
class Splice:
    """Put `new` in the place of the characters from `start` up to `end`."""

    start: int
    end: int
    new: str = ""


def spliced(text: str, splices: list[Splice]) -> str:
    """The text with all of them done; they do not overlap, and of two at one place the first stands first."""
    parts, at = [], 0
    for one in sorted(splices, key=lambda splice: (splice.start, splice.end)):
        parts += [text[at : one.start], one.new]
        at = one.end
    return "".join([*parts, text[at:]])


@dataclass(frozen=True, slots=True)
class Layout:
    """A text seen as lines; positions count characters."""

    text: str

    @property
    def newline(self) -> str:
        """The line break of this file."""
        found = _END.search(self.text)
        return found[0] if found else "\n"

    def end_of_line(self, at: int) -> int:
        """Where the line of `at` ends, before its line break."""
        found = _END.search(self.text, at)
        return found.start() if found else len(self.text)

    def next_line(self, at: int) -> int:
        """Where the line after that of `at` begins; the end of the text when there is none."""
        found = _END.search(self.text, at)
        return found.end() if found else len(self.text)

    def start_of_line(self, at: int) -> int:
        """Where the line of `at` begins."""
        while at > 0 and self.text[at - 1] not in "\r\n":
            at -= 1
        return at

    def line_before(self, start: int) -> int:
        """Where the line before the one that begins at `start` begins; -1 when there is none."""
        if start == 0:
            return -1
        at = start - (2 if self.text[:start].endswith("\r\n") else 1)
        return self.start_of_line(at)

    def column(self, at: int) -> int:
        """The column, from 0; a byte order mark has none."""
        start = self.start_of_line(at)
        return at - start - (1 if self.text[start:at].startswith("\ufeff") else 0)

    def indent(self, at: int) -> str:
        """What stands before `at` in its line."""
        return self.text[self.start_of_line(at) : at]

    def begins_line(self, at: int) -> bool:
        """Whether nothing but blanks stands before it in its line."""
        return not self.indent(at).strip(" \ufeff")

    def comment_column(self, start: int) -> int | None:
        """The column of the comment that is alone in the line beginning at `start`; None: something else is there."""
        line = self.text[start : self.end_of_line(start)]
        bare = line.lstrip(" \t")
        return len(line) - len(bare) if bare.startswith("#") else None

    def lead(self, at: int, floor: int, most: int | None) -> int:
        """Where the comment lines right above the line of `at` begin, not above `floor`, in column `most` at most."""
        start = self.start_of_line(at)
        while (above := self.line_before(start)) >= floor:
            column = self.comment_column(above)
            if column is None or (most is not None and column > most):
                break
            start = above
        return start

    def tail(self, at: int, column: int) -> int:
        """The end of the line of `at`, or of the comment lines right below it that stand deeper than `column`."""
        end = self.end_of_line(at)
        while (below := self.next_line(end)) > end and below < len(self.text):
            found = self.comment_column(below)
            if found is None or found <= column:
                break
            end = self.end_of_line(below)
        return end

    def skip_blank(self, at: int) -> int:
        """The first position from `at` on that is neither blank nor in a comment."""
        while at < len(self.text):
            if self.text[at] in " \t\r\n":
                at += 1
            elif self.text[at] == "#" and (at == 0 or self.text[at - 1] in " \t\r\n"):
                at = self.end_of_line(at)
            else:
                break
        return at

    def skip_properties(self, at: int) -> int:
        """Behind `&anchor` and `!tag`, where the value itself begins."""
        while self.text[at : at + 1] in ("&", "!"):
            while at < len(self.text) and self.text[at] not in " \t\r\n":
                at += 1
            at = self.skip_blank(at)
        return at

    def expect(self, sign: str, at: int) -> int:
        """The position behind `sign`, which comes next from `at`. Raises EditRefused when something else does."""
        at = self.skip_blank(at)
        if not self.text.startswith(sign, at):
            raise EditRefused(UNUSUAL)
        return at + len(sign)

    def comment_behind(self, at: int) -> bool:
        """Whether a comment comes next in the line."""
        return self.text[at : self.end_of_line(at)].lstrip(" \t").startswith("#")

    def has_comment(self, start: int, end: int) -> bool:
        """Whether there is a comment in what is otherwise blank (commas aside)."""
        return "#" in self.text[start:end]
