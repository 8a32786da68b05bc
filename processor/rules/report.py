"""The faults of one rules file, gathered as they are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from processor.fault import Edit, Fault, Place
from processor.rules.lines import lines_of
from processor.rules.meant import meant
from processor.text import Text
from processor.visible import visible

FAULTS_MAX = 500
NAME_CHARACTERS_MAX = 80

# What is left out of a file because it could not be read is missing only in our eyes.
_OF_WHAT_IS_LEFT_OUT = frozenset({"name.missing", "value.empty", "source.unknown", "source.no_proof", "file.empty"})


class TooManyFaultsError(Exception):
    """FAULTS_MAX are found: mending may begin."""


class Report:
    """Faults in the order found; `faults` gives them in the order of their places.

    `text` is the file; `left_out` the numbers of lines that could not be read.
    """

    def __init__(self, text: str = "") -> None:
        self.lines: Sequence[str] = lines_of(text)
        self.left_out: set[int] = set()
        self._faults: list[Fault] = []

    def add(
        self,
        code: str,
        text: Text,
        place: Place,
        expected: Text | None = None,
        near: str | None = None,
        fix: str | None = None,
        edits: Sequence[Edit] = (),
    ) -> None:
        """Note one fault; `fix` is to stand at `place` instead. Raises TooManyFaultsError past FAULTS_MAX."""
        if fix is None and near is not None and not edits and _is_name(self.raw(place)):
            fix = near
        if fix == self.raw(place):
            fix = None  # it was meant so, and is wrong for another reason
        self._faults.append(Fault(code, text, place, expected, near, fix, edits=tuple(edits)))
        if len(self._faults) >= FAULTS_MAX:
            raise TooManyFaultsError

    def raw(self, place: Place) -> str:
        """What is written at `place`, quotes and all; empty when its length is not known."""
        if not 1 <= place.line <= len(self.lines):
            return ""
        return self.lines[place.line - 1][place.column - 1 : place.column - 1 + place.length]

    def inside(self, place: Place, part: str, end_line: int = 0) -> Place:
        """The place of `part` within what stands at `place`, if it is written there just once; else `place`.

        What goes on in further lines is looked for up to `end_line`.
        """
        raw = self.raw(place)
        if not raw and part:
            for number in range(place.line + 1, min(end_line, len(self.lines)) + 1):
                if part in self.lines[number - 1]:
                    return replace(place, line=number, column=self.lines[number - 1].index(part) + 1, length=len(part))
        if not part or raw.count(part) != 1:
            return place
        return replace(place, column=place.column + raw.index(part), length=len(part))

    @property
    def count(self) -> int:
        """How many faults are noted."""
        return len(self._faults)

    def last(self, text: Text) -> Fault:
        """A closing fault, placed at the last of all."""
        return Fault("faults.more", text, self.in_order()[-1].place)

    def in_order(self) -> tuple[Fault, ...]:
        """All of them by place; of one found twice (an alias repeats what it stands for) only the first."""
        once = {(fault.code, fault.place, fault.text): fault for fault in self._faults}
        found = [fault for fault in once.values() if not self._of_what_is_left_out(fault)]
        return tuple(sorted(found, key=lambda fault: (fault.place is not None, fault.place)))

    def _of_what_is_left_out(self, fault: Fault) -> bool:
        if not self.left_out or fault.code.startswith("yaml."):
            return False
        return fault.code in _OF_WHAT_IS_LEFT_OUT or (fault.place is not None and fault.place.line in self.left_out)


def _is_name(raw: str) -> bool:
    """Whether a name stands there by itself, and not a longer text in which it is somewhere."""
    return bool(raw) and "{{" not in raw and "{%" not in raw


def near(name: str, known: tuple[str, ...] | frozenset[str]) -> str | None:
    """The nearest known name; nothing for a name so long that comparing would take seconds."""
    return meant(name, tuple(sorted(known))) if len(name) <= NAME_CHARACTERS_MAX else None


def named(name: str) -> str:
    """A name from the file, short enough to be shown, without a sign that a terminal would obey."""
    line = visible(" ".join(name.split()))
    return line if len(line) <= NAME_CHARACTERS_MAX else line[: NAME_CHARACTERS_MAX - 1] + "…"
