"""What the form of a rule holds; what it cannot express is named in `kept`, shown as YAML, and never touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, Literal

GroupKind = Literal["any", "all", "not"]
GROUPS: Final[tuple[GroupKind, ...]] = ("any", "all", "not")
# Tests without a value of their own: what they say is part of their name.
FLAG_TESTS: Final = ("exists.true", "exists.false", "empty.true", "empty.false")


@dataclass(frozen=True, slots=True)
class Row:
    """One condition. `kept`: the key of an entry that no row can express, and `shown`, its YAML."""

    field: str = ""
    test: str = "is"
    values: tuple[str, ...] = ()
    kept: str = ""
    shown: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing was filled in."""
        return not (self.field.strip() or self.kept or any(value.strip() for value in self.values))

    def tidy(self) -> Row:
        """Without spaces around and without blank values."""
        if self.kept:
            return Row(kept=self.kept)
        values = () if self.test in FLAG_TESTS else texts(self.values)
        return replace(self, field=self.field.strip(), values=values, shown="")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about earlier events; `kept`: its number in the file where it cannot be asked here (-1: it can)."""

    event: str = ""
    source: str = ""
    test: str = ""
    count: str = ""
    within: str = ""
    kept: int = -1
    shown: str = ""

    def tidy(self) -> Asked:
        """Without spaces around."""
        if self.kept >= 0:
            return Asked(kept=self.kept)
        test = self.test if self.count.strip() else ""
        return Asked(joined(self.event), joined(self.source), test, joined(self.count), self.within.strip())


@dataclass(frozen=True, slots=True)
class Pair:
    """A variable, or a field of the contact, and its value."""

    name: str = ""
    value: str = ""


Rows = tuple[Row, ...]
Sets = tuple[Rows, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One rule. Texts are as typed; `kept` holds the YAML of what the form leaves alone, by the name of its part."""

    name: str = ""
    note: str = ""
    enabled: bool = True
    stop: bool = False
    bot: str = ""
    urgent: str = ""
    settle: str = ""
    events: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    rows: Rows = ()
    groups: Mapping[str, Sets] = field(default_factory=lambda: MappingProxyType({}))
    earlier: tuple[Asked, ...] = ()
    after: str = ""
    unless_event: str = ""
    unless_source: str = ""
    unless_same: str = ""
    tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    variables: tuple[Pair, ...] = ()
    remove_variables: tuple[str, ...] = ()
    status: str = ""
    each: bool = False
    utm: str = ""
    contact: tuple[Pair, ...] = ()
    kept: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def tidy(self) -> Form:
        """What it says, blanks left out: two forms that say the same are equal."""
        sets = {kind: tuple(filter(None, map(tidy_rows, some))) for kind, some in self.groups.items()}
        return replace(
            self,
            **{name: one_line_ends(getattr(self, name)).strip() for name in _TEXTS},  # type: ignore[arg-type]
            **{name: texts(getattr(self, name)) for name in _LISTS},  # type: ignore[arg-type]
            unless_event=joined(self.unless_event),
            unless_source=joined(self.unless_source),
            rows=tidy_rows(self.rows),
            groups={kind: some for kind, some in sets.items() if some},
            earlier=tuple(asked for one in self.earlier if (asked := one.tidy()) != Asked()),
            variables=_tidy_pairs(self.variables),
            contact=_tidy_pairs(self.contact),
            kept={},
        )


_TEXTS: Final = ("name", "note", "bot", "urgent", "settle", "after", "unless_same", "status", "utm")
_LISTS: Final = ("events", "sources", "tags", "remove_tags", "remove_variables")


def texts(values: Sequence[str]) -> tuple[str, ...]:
    """Those that are not blank, without spaces around."""
    return tuple(text for value in values if (text := value.strip()))


def joined(text: str) -> str:
    """Names with commas between, written in one way."""
    return ", ".join(texts(text.split(",")))


def tidy_rows(rows: Rows) -> Rows:
    """Those that are filled in."""
    return tuple(row.tidy() for row in rows if not row.blank)


def one_line_ends(text: str) -> str:
    """A text as it comes back from a browser, with its line ends as the file's."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _tidy_pairs(pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
    tidied = (Pair(pair.name.strip(), one_line_ends(pair.value).strip()) for pair in pairs)
    return tuple(pair for pair in tidied if pair != Pair())
