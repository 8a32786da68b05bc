"""Reading on after a fault of the text itself: what can be mended is mended in a draft, what cannot is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from processor.fault import Edit, Place
from processor.rules.draft import DraftText, Slip
from processor.rules.indents import escape_slips, indent_slips
from processor.rules.report import Report
from processor.rules.slip_texts import SLIP_TEXTS
from processor.rules.slips import odd_indents, slips_of
from processor.rules.syntax import CAUGHT, SyntaxFault, translate

Compose = Callable[[str], Any]

# A file is read again after each mend; a large one so often only that the answer still comes within seconds.
REREAD_CHARACTERS_MAX: Final = 1_000_000
REREADS_MAX: Final = 40
TAB_WIDTHS: Final = (2, 4, 8)
_ENTRY = re.compile(r"\s*(?:- )*[\w.]+:(?=\s)")
# The parser stops at these for good, or what follows cannot be trusted.
_FINAL: Final = frozenset({"yaml.too_much", "yaml.character"})


class Reading:
    """One text on its way to a tree: `node` is what could be read, `draft` leads its places back to the file."""

    def __init__(self, text: str, file: str, report: Report, compose: Compose) -> None:
        self.draft = DraftText.of(text)
        self.node: Any = None
        self._file, self._report, self._compose = file, report, compose
        self._left = REREAD_CHARACTERS_MAX

    def read(self) -> None:
        """Read, mend, read again; what is wrong goes to the report."""
        fault = self._try(self.draft)
        if fault is not None and fault.code in _FINAL:
            self._tell(fault)
            return
        # Odd spaces may leave good YAML, of a shape that nobody meant.
        slips = self._best_slips() if fault is not None else list(odd_indents(self.draft.lines))
        if slips:
            self._mend(slips, self.draft)
            fault = self._try(self.draft)
        for _ in range(REREADS_MAX):
            if fault is None:
                return
            if fault.code in _FINAL or self._left <= 0:
                self._tell(fault)
                return
            fault = self._step(fault)
        if fault is not None:
            self._tell(fault)

    def _try(self, draft: DraftText) -> SyntaxFault | None:
        text = draft.text
        self._left -= len(text)
        try:
            self.node = self._compose(text)
            return None
        except CAUGHT as error:
            return translate(error, text)

    def _best_slips(self) -> list[Slip]:
        """What is wrong at a glance; tabs as wide as lets the parser come furthest."""
        widths = TAB_WIDTHS if any("\t" in line for line in self.draft.lines) else TAB_WIDTHS[:1]
        best: tuple[tuple[int, int], list[Slip]] = (0, 0), []
        for width in widths:
            slips = list(slips_of(self.draft.lines, width))
            if len(widths) == 1 or not slips:
                return slips
            if self._left > 0 or not best[1]:
                trial = DraftText(list(self.draft.lines), self.draft.ends)
                _apply(slips, trial)
                after = self._try(trial)
                reached = (after.line, after.column) if after is not None else (len(trial.lines) + 1, 0)
                best = max(best, (reached, slips), key=lambda one: one[0])
        return best[1]

    def _mend(self, slips: list[Slip], draft: DraftText) -> None:
        for slip in slips:
            self._note(slip)
        _apply(slips, draft)

    def _note(self, slip: Slip) -> None:
        text, expected = SLIP_TEXTS[slip.code]
        line, back = slip.line + 1, self.draft.back
        start, end = back(slip.line, slip.column), back(slip.line, slip.column + slip.length)
        place = Place(self._file, line, start + 1, end - start)
        edits: tuple[Edit, ...] = ()
        if slip.put is not None:
            put = slip.put.replace("\ue000", "{").replace("\ue001", "}")
            edits = (Edit(line, back(slip.line, slip.start) + 1, line, back(slip.line, slip.end) + 1, put),)
            if slip.code == "yaml.documents":
                edits = (Edit(line, 1, line + 1, 1, ""),)
        self._report.add(slip.code.rstrip("[{:"), text, place, expected, edits=edits)

    def _step(self, fault: SyntaxFault) -> SyntaxFault | None:
        """Mend the place of one fault as far as that is known, else leave its line out; returns the next fault."""
        for slip in self._candidates(fault):
            trial = DraftText(list(self.draft.lines), self.draft.ends, {k: list(v) for k, v in self.draft.done.items()})
            _apply([slip], trial)
            after = self._try(trial)
            if after is None or after.line > max(fault.line, slip.line + 1):
                self._note(slip)
                self.draft = trial
                return after
            if self._left <= 0:
                break
        self._tell(fault)
        number = min(fault.line, len(self.draft.lines)) - 1
        while number > 0 and not self.draft.lines[number].strip():
            number -= 1
        self._report.left_out.add(number + 1)
        line = self.draft.lines[number]
        key = _ENTRY.match(line)
        if key:
            self.draft.put(number, key.end(), len(line), ' ""')
            after = self._try(self.draft)
            if after is None or after.line > fault.line:
                return after
        self.draft.put(number, 0, len(self.draft.lines[number]), "")
        return self._try(self.draft)

    def _candidates(self, fault: SyntaxFault) -> Iterator[Slip]:
        if fault.code == "yaml.documents" and fault.line <= len(self.draft.lines):
            yield Slip(fault.code, fault.line - 1, 0, 3, 0, len(self.draft.lines[fault.line - 1]), "")
        if fault.code == "yaml.escape" and fault.line <= len(self.draft.lines):
            yield from escape_slips(fault.line - 1, self.draft.lines[fault.line - 1], fault.column - 1)
        if fault.code in ("yaml.indent", "yaml.colon", "yaml.no_colon", "yaml.unreadable"):
            yield from indent_slips(self.draft.lines, fault.line - 1)

    def _tell(self, fault: SyntaxFault) -> None:
        number = min(fault.line, len(self.draft.lines)) - 1
        column = self.draft.back(number, fault.column - 1) + 1
        self._report.add(fault.code, fault.text, Place(self._file, fault.line, column), fault.expected)


def _apply(slips: list[Slip], draft: DraftText) -> None:
    """From the end of each line to its start, so that no mend moves another."""
    for slip in sorted(slips, key=lambda one: (one.line, one.start, one.end), reverse=True):
        if slip.put is not None:
            draft.put(slip.line, slip.start, slip.end, slip.put)
