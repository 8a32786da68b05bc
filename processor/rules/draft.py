"""A text under repair: mended line by line, while every place still leads back to where it stands in the file."""

from __future__ import annotations

from dataclasses import dataclass, field

from processor.rules.lines import LINE_END, lines_of


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip of a line: the characters meant, and `put` in the place of those from `start` to `end`; counted from 0.

    `put` is None when nothing is known to put there.
    """

    code: str
    line: int
    column: int
    length: int
    start: int = 0
    end: int = 0
    put: str | None = None


@dataclass(slots=True)
class DraftText:
    """Lines and their ends; `done` remembers per line each change as (start, length before, length after)."""

    lines: list[str]
    ends: list[str]
    done: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> DraftText:
        """A draft in which nothing is mended yet."""
        return cls(lines_of(text), [*LINE_END.findall(text), ""])

    @property
    def text(self) -> str:
        """The text as it is now."""
        return "".join(line + end for line, end in zip(self.lines, self.ends, strict=True))

    def put(self, line: int, start: int, end: int, text: str) -> None:
        """Put `text` in the place of the characters from `start` to `end` of a line, all counted from 0."""
        old = self.lines[line]
        self.lines[line] = old[:start] + text + old[end:]
        self.done.setdefault(line, []).append((start, end - start, len(text)))

    def back(self, line: int, column: int) -> int:
        """The column in the file of a column in the draft, both from 0."""
        for start, before, after in reversed(self.done.get(line, ())):
            if column >= start + after:
                column += before - after
            elif column > start:
                column = min(column, start + before)
        return column
