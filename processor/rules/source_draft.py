"""A source under way: read entry by entry, faults reported on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from processor.domain.sender import Sender
from processor.rules.reading import Field
from processor.rules.report import Report
from processor.rules.secrets import secrets_of
from processor.rules.tree import Scalar, Table


@dataclass(frozen=True, slots=True)
class Draft:
    """A source under way: its name and its sender are known to be right; `timezone` is the file's."""

    name: Scalar
    tree: Table
    sender: Sender
    found: Mapping[str, Field]
    environ: Mapping[str, str]
    report: Report
    demo: bool
    timezone: str

    def secrets(self, name: str) -> tuple[str, ...]:
        """The secrets that stand under `name`, one or a list."""
        if name not in self.found:
            return ()
        return secrets_of(self.found[name].value, self.environ, self.report, demo=self.demo)
