"""Many rules, few of them asked: those of an event's type and source, and of these only what its values point to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Generic, Protocol, TypeAlias, TypeVar

from processor.domain.bind import Check, Told, bound, conjuncts, together
from processor.domain.condition import Condition, Key, Line, Reached, Seen

SHELVES_MAX: Final = 1_000
"""Pairs of type and source that are kept ready; past it they are made anew."""

LOOKED_UP_RATHER: Final = 1_000_000
"""A test weighs more than any number of rules under one key."""


class Asked(Protocol):
    """What the index needs to know of a rule."""

    @property
    def position(self) -> int:
        """Its place in the file."""
        ...

    @property
    def when(self) -> Condition:
        """What must hold."""
        ...

    @property
    def enabled(self) -> bool:
        """Whether it is asked at all."""
        ...

    @property
    def stop(self) -> bool:
        """Whether the rules below it are left out where it matches."""
        ...

    @property
    def events(self) -> frozenset[str] | None:
        """The folded types it can match; None for any."""
        ...

    @property
    def sources(self) -> frozenset[str] | None:
        """The folded sources it can match; None for any."""
        ...


Ruled = TypeVar("Ruled", bound=Asked)
Entry: TypeAlias = tuple[Check | None, Ruled]
"""A rule with what is still to be checked once it was found: nothing, where finding it told all."""


@dataclass(slots=True)
class _Drawer(Generic[Ruled]):
    """Rules that need one of some keys at a path; `only_texts`: all the keys are texts."""

    by_key: dict[Key, list[Entry[Ruled]]] = field(default_factory=dict)
    only_texts: bool = True


@dataclass(slots=True)
class _Shelf(Generic[Ruled]):
    """The rules that events of one type from one source can match.

    `tests` goes by the line's identity: rules that say the same share one.
    """

    always: list[Entry[Ruled]] = field(default_factory=list)
    tests: dict[int, tuple[Line, list[Entry[Ruled]]]] = field(default_factory=dict)
    drawers: dict[tuple[str, ...], _Drawer[Ruled]] = field(default_factory=dict)

    def put(self, lines: Sequence[Line] | None, entry: Entry[Ruled]) -> None:
        """The rule is asked whenever one of the lines holds; always where there are None."""
        if lines is None:
            self.always.append(entry)
        for line in lines or ():
            if line.equals is None:
                self.tests.setdefault(id(line), (line, []))[1].append(entry)
                continue
            drawer = self.drawers.setdefault(line.parts, _Drawer())
            for key in line.equals:
                drawer.by_key.setdefault(key, []).append(entry)
                drawer.only_texts &= isinstance(key, str)

    def matching(self, seen: Seen) -> dict[int, Ruled]:
        """The rules that hold, by their positions, in no order."""
        found = {rule.position: rule for check, rule in self.always if check is None or check(seen)}
        for line, entries in self.tests.values():
            if line.holds(seen[line.parts]):
                for check, rule in entries:
                    if check is None or check(seen):
                        found[rule.position] = rule
        for parts, drawer in self.drawers.items():
            values = seen[parts]
            for key in values.texts if drawer.only_texts else values.keys:
                for check, rule in drawer.by_key.get(key, ()):
                    if check is None or check(seen):
                        found[rule.position] = rule
        return found


@dataclass(frozen=True, slots=True)
class Index(Generic[Ruled]):
    """Enabled rules by the folded type of event they can match; `any_type` may match every type."""

    by_type: Mapping[str, tuple[Ruled, ...]]
    any_type: tuple[Ruled, ...]
    _sources: frozenset[str]
    shelves: dict[tuple[str | None, str | None], _Shelf[Ruled]] = field(default_factory=dict, repr=False)

    def candidates(self, event_type: str) -> tuple[Ruled, ...]:
        """The rules worth asking about an event of this (folded) type, in the order of the file."""
        typed = self.by_type.get(event_type, ())
        if not typed or not self.any_type:
            return typed or self.any_type
        return tuple(sorted(typed + self.any_type, key=lambda rule: rule.position))

    def matching(self, event_type: str, source: str, seen: Seen) -> tuple[Ruled, ...]:
        """The rules that hold for an event of this (folded) type and source, in order, up to the first `stop`."""
        # Types and sources that no rule names are all alike.
        place = (event_type if event_type in self.by_type else None, source if source in self._sources else None)
        shelf = self.shelves.get(place) or self._put_up(place)
        found = shelf.matching(seen)
        matched: list[Ruled] = []
        for position in sorted(found):
            matched.append(found[position])
            if found[position].stop:
                break
        return tuple(matched)

    def _put_up(self, place: tuple[str | None, str | None]) -> _Shelf[Ruled]:
        event_type, source = place
        rules = self.candidates(event_type) if event_type is not None else self.any_type
        told: Told = {(name,): text for name, text in zip(("event", "source"), place, strict=True) if text is not None}
        shelf = _shelf_of([rule for rule in rules if rule.sources is None or source in rule.sources], told)
        if len(self.shelves) >= SHELVES_MAX:
            self.shelves.clear()
        self.shelves[place] = shelf
        return shelf


def index_of(rules: Iterable[Ruled]) -> Index[Ruled]:
    """The index of the enabled rules among `rules`."""
    by_type: dict[str, list[Ruled]] = {}
    any_type: list[Ruled] = []
    sources: set[str] = set()
    for rule in rules:
        if not rule.enabled:
            continue
        sources |= rule.sources or frozenset()
        if rule.events is None:
            any_type.append(rule)
        for event_type in rule.events or ():
            by_type.setdefault(event_type, []).append(rule)
    typed = MappingProxyType({name: tuple(found) for name, found in by_type.items()})
    return Index(typed, tuple(any_type), frozenset(sources))


def _shelf_of(rules: Sequence[Ruled], told: Told) -> _Shelf[Ruled]:
    """Each rule where the fewest events will find it."""
    needed = [[one for one in conjuncts(rule.when) if bound(one, told) is not True] for rule in rules]
    common = Counter(sign for conditions in needed for one in conditions for sign in _signs(one))
    shelf: _Shelf[Ruled] = _Shelf()
    for rule, conditions in zip(rules, needed, strict=True):
        lines = _leads("all", conditions, common)
        # To find the rule by a line that must hold is to know that it holds.
        known = lines[0] if lines is not None and len(lines) == 1 else None
        check = together("all", [one for one in conditions if one is not known], told)
        if check is not False:
            shelf.put(lines, (None if check is True else check, rule))
    return shelf


Sign: TypeAlias = tuple[tuple[str, ...], Key | int]
"""What rules have in common: a path with a key, or with a test by its identity."""


def _signs(condition: Condition) -> Iterator[Sign]:
    if not isinstance(condition, Line):
        for member in condition.members if condition.kind != "not" else ():
            yield from _signs(member)
    elif condition.equals is None:
        yield condition.parts, id(condition)
    else:
        yield from ((condition.parts, key) for key in condition.equals)


def _leads(kind: str, members: Sequence[Condition], common: Mapping[Sign, int]) -> list[Line] | None:
    """Lines of which one must hold, or the members cannot hold together (`all`), or any of them (`any`); else None."""
    found = [_leads_of(member, common) for member in members]
    known = [lines for lines in found if lines is not None]
    if kind == "any":
        return [line for lines in known for line in lines] if len(known) == len(found) else None
    return min(known, key=lambda lines: sum(_weight(line, common) for line in lines), default=None)


def _leads_of(condition: Condition, common: Mapping[Sign, int]) -> list[Line] | None:
    if not isinstance(condition, Line):
        return _leads(condition.kind, condition.members, common) if condition.kind != "not" else None
    # What must see more than the values cannot be told from them alone.
    return None if condition.asks is not None or condition.holds(Reached()) else [condition]


def _weight(line: Line, common: Mapping[Sign, int]) -> int:
    """What it costs to find a rule by this line: looking a rare key up is best, then a test that many rules share."""
    if line.equals is not None:
        return sum(common[sign] for sign in _signs(line))
    return LOOKED_UP_RATHER - common[line.parts, id(line)]
