"""Sources and types of events that do not meet: what a preset never gives, and what nobody takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from processor.domain.condition import fold
from processor.domain.event import EVENT_TYPES
from processor.domain.gives import ONLY_THESE, types_given
from processor.domain.rule import Ruleset
from processor.domain.sender import SENDERS
from processor.domain.source import Source
from processor.fault import Fault, Place
from processor.rules.hygiene.found import warning
from processor.rules.hygiene.written import Written, part, scalars
from processor.rules.report import named, near
from processor.rules.tree import Scalar, Table, Tree
from processor.text import Text


def never_sent(ruleset: Ruleset, rules: Sequence[Written]) -> Iterator[Fault]:
    """A warning for each type in a rule that none of the sources it names can give."""
    by_fold = {fold(name): source for name, source in ruleset.sources.items()}
    for written in rules:
        names = written.rule.sources
        sources = [by_fold[name] for name in names if name in by_fold] if names is not None else [*by_fold.values()]
        given = [types_given(source) for source in sources]
        if not given or None in given:
            continue
        known = frozenset[str]().union(*(types for types in given if types is not None))
        for scalar in _types(written):
            if fold(scalar.text) in EVENT_TYPES and fold(scalar.text) not in known:
                yield _never_sent(scalar, sources, known)


def _types(written: Written) -> Iterator[Scalar]:
    """The types that the top lines of `when` name."""
    tree = part(part(written.table, "when"), "event")
    if isinstance(tree, Table):
        tree = part(tree, "is") or part(tree, "in")
    yield from scalars(tree)


def _never_sent(scalar: Scalar, sources: Sequence[Source], known: frozenset[str]) -> Fault:
    listed = ", ".join(sorted(known))
    name = named(scalar.text)
    if len({source.preset for source in sources}) == 1:
        title = SENDERS[sources[0].preset].title
        text = Text(f"{title.ru} не присылает {name}", f"{title.en} never sends {name}")
    else:
        text = Text(f"ни один из источников не присылает {name}", f"none of the sources ever sends {name}")
    close = near(fold(scalar.text), known)
    return warning("type.never_sent", text, scalar.place, Text(f"одно из: {listed}", f"one of: {listed}"), close, close)


def unclaimed_sources(ruleset: Ruleset, tree: Tree, rules: Sequence[Written]) -> Iterator[Fault]:
    """A warning for each source of which no rule takes anything; nothing where there are no rules yet."""
    places = source_places(tree)
    for name, source in ruleset.sources.items():
        if rules and name in places and not any(_may_take(written, name, source) for written in rules):
            text = Text(
                f"события источника «{named(name)}» не возьмёт ни одно правило",
                f'no rule takes any event of the source "{named(name)}"',
            )
            yield warning("source.unclaimed", text, places[name], Text(f"правило для {name}", f"a rule for {name}"))


def source_places(tree: Tree) -> Mapping[str, Place]:
    """Where each source is named."""
    table = part(tree, "sources")
    return {key.text: key.place for key, _ in table.entries} if isinstance(table, Table) else {}


def _may_take(written: Written, name: str, source: Source) -> bool:
    # A rule whose lines contradict one another (its types or sources are none) is told of as such.
    rule = written.rule
    if rule.sources and fold(name) not in rule.sources:
        return False
    given = types_given(source)
    if not rule.events or rule.sources == frozenset() or given is None:
        return True
    return bool(rule.events & given) or (source.preset not in ONLY_THESE and _has_own(rule.events))


def _has_own(types: Iterable[str]) -> bool:
    """Whether a type is a sender's own word, which may come under its own name."""
    return any(one not in EVENT_TYPES for one in types)
