"""The faults of one rules file, gathered as they are found."""

from __future__ import annotations

from processor.fault import Fault, Place
from processor.text import Text, nearest

FAULTS_MAX = 500
NAME_CHARACTERS_MAX = 80


class TooManyFaultsError(Exception):
    """FAULTS_MAX are found: mending may begin."""


class Report:
    """Faults in the order found; `faults` gives them in the order of their places."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, code: str, text: Text, place: Place, expected: Text | None = None, near: str | None = None) -> None:
        """Note one fault. Raises TooManyFaultsError past FAULTS_MAX."""
        self._faults.append(Fault(code, text, place, expected, near))
        if len(self._faults) >= FAULTS_MAX:
            raise TooManyFaultsError

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
        return tuple(sorted(once.values(), key=lambda fault: (fault.place is not None, fault.place)))


def near(name: str, known: tuple[str, ...] | frozenset[str]) -> str | None:
    """The nearest known name; nothing for a name so long that comparing would take seconds."""
    return nearest(name, sorted(known)) if len(name) <= NAME_CHARACTERS_MAX else None


def named(name: str) -> str:
    """A name from the file, short enough to be shown."""
    line = " ".join(name.split())
    return line if len(line) <= NAME_CHARACTERS_MAX else line[: NAME_CHARACTERS_MAX - 1] + "…"
