"""Conditions as formulas: claims about paths, joined by "every" and "some", each "not" pushed down to the claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from processor.domain.condition import fold
from processor.domain.numeral import number_of
from processor.domain.path import split_path
from processor.domain.template import shortened
from processor.fault import Place
from processor.rules.hygiene.meaning import Blank, Meaning, Opaque, Present, Range, Texts, TextTest, Value, Values
from processor.rules.tree import Listing, Scalar, Table, Tree
from processor.rules.vocabulary import Kind, kind_of

_HOW: Final[Mapping[str, TextTest]] = {
    "contains": "contains",
    "starts_with": "starts_with",
    "ends_with": "ends_with",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One test of one path, `affirmed` or denied. `single`: the path reaches one value at most.

    `written` is how a person reads it, `turned` whether it stands below a `not:`; `key` is the path in
    the file, `operands` the values.
    """

    parts: tuple[str, ...]
    meaning: Meaning
    affirmed: bool
    single: bool
    written: str
    place: Place
    turned: bool = False
    key: Scalar | None = None
    operands: tuple[Scalar, ...] = ()

    @property
    def said(self) -> str:
        """The line as a person reads it, short enough to be shown."""
        return shortened(f"not: {self.written}" if self.turned else self.written)

    @property
    def sense(self) -> tuple[object, ...]:
        """What makes two claims the same."""
        return (self.parts, self.meaning, self.affirmed)


@dataclass(frozen=True, slots=True)
class Every:
    """All of them hold; none: always."""

    members: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One of them holds at least; none: never."""

    members: tuple[Formula, ...]


Formula = Claim | Every | Some


def negated(formula: Formula) -> Formula:
    """What holds exactly when `formula` does not."""
    if isinstance(formula, Claim):
        return replace(formula, affirmed=not formula.affirmed, turned=not formula.turned)
    members = tuple(negated(member) for member in formula.members)
    return Some(members) if isinstance(formula, Every) else Every(members)


def claims_of(formula: Formula) -> Iterator[Claim]:
    """Every claim in it, wherever it stands."""
    if isinstance(formula, Claim):
        yield formula
    else:
        for member in formula.members:
            yield from claims_of(member)


def formula_of(tree: Tree | None) -> Every:
    """The formula of a `when:` that compiled; what is not understood becomes an opaque claim."""
    return Every(tuple(_lines(tree)) if isinstance(tree, Table) else ())


def _lines(tree: Table) -> Iterator[Formula]:
    for key, value in tree.entries:
        if key.text in ("any", "all"):
            members = _members(value)
            yield Some(members) if key.text == "any" else Every(members)
        elif key.text == "not":
            members = _members(value)
            yield negated(Some(members) if isinstance(value, Listing) else Every(members))
        else:
            yield from _line(key, value)


def _members(tree: Tree) -> tuple[Formula, ...]:
    if isinstance(tree, Listing):
        return tuple(formula_of(item) for item in tree.items)
    return tuple(_lines(tree)) if isinstance(tree, Table) else ()


def _line(key: Scalar, value: Tree) -> Iterator[Claim]:
    path = key.text.strip()
    try:
        parts = split_path(path)
    except ValueError:
        parts = (path,)
    kind = kind_of(parts)
    tests: tuple[tuple[str, Tree, Place], ...]
    if isinstance(value, Table) and kind is not None:
        tests = tuple((name.text, operand, name.place) for name, operand in value.entries)
    else:
        tests = (("is" if isinstance(value, Scalar) else "in", value, key.place),)
    for name, operand, place in tests:
        meaning, affirmed = _meaning(name, operand, kind)
        operands = tuple(_scalars(operand))
        yield Claim(
            parts=parts,
            meaning=meaning,
            affirmed=affirmed,
            single=_is_single(parts, kind),
            written=_written(path, name, operands),
            place=place,
            key=key,
            operands=operands,
        )


def _is_single(parts: tuple[str, ...], kind: Kind | None) -> bool:
    """Below a list one path reaches many values; `raw` holds whatever the sender made of it."""
    if kind is None or parts[0] == "raw":
        return False
    return parts[:2] != ("order", "items") and (kind != "free" or len(parts) == len(("form", "fields", "name")))


def _meaning(name: str, tree: Tree, kind: Kind | None) -> tuple[Meaning, bool]:
    """What the test accepts, and whether the test affirms it."""
    scalars = tree.items if isinstance(tree, Listing) else (tree,)
    texts = tuple(one for one in scalars if isinstance(one, Scalar))
    if kind is None or not texts or len(texts) != len(scalars):
        return Opaque(f"{name}:{written_of(tree)}"), True
    if name in ("exists", "empty") and texts[0].flag is not None:
        return Present() if name == "exists" else Blank(), texts[0].flag
    if kind not in ("text", "number", "flag", "free"):
        return Opaque(f"{name}:{written_of(tree)}"), True
    if name in ("is", "in", "not", "not_in"):
        return Values(frozenset(_value(one, kind) for one in texts)), name in ("is", "in")
    if name in _HOW:
        return Texts(_HOW[name], frozenset(fold(one.text) for one in texts)), True
    bounds = _range(name, [number_of(one.text) for one in texts])
    return bounds or Opaque(f"{name}:{written_of(tree)}"), True


def _value(scalar: Scalar, kind: Kind) -> Value:
    text = scalar.text.strip()
    if kind == "number":
        return Value("", number_of(text))
    if kind == "flag":
        return Value("", None, scalar.flag)
    if kind == "free":
        return Value(fold(text), number_of(text) if scalar.plain else None, scalar.flag)
    return Value(fold(text))


def _range(name: str, numbers: list[Decimal | None]) -> Range | None:
    known = [number for number in numbers if number is not None]
    if name == "between" and len(known) == len(("low", "high")):
        return Range(known[0], known[1])
    if len(known) != 1 or len(numbers) != 1:
        return None
    if name in ("at_least", "more_than"):
        return Range(low=known[0], low_open=name == "more_than")
    if name in ("at_most", "less_than"):
        return Range(high=known[0], high_open=name == "less_than")
    return None


def _written(path: str, name: str, operands: Iterable[Scalar]) -> str:
    said = ", ".join(one.text for one in operands)
    return f"{path} {said}" if name in ("is", "in") else f"{path} {name} {said}"


def _scalars(tree: Tree) -> Iterator[Scalar]:
    if isinstance(tree, Scalar):
        yield tree
    elif isinstance(tree, Listing):
        for item in tree.items:
            yield from _scalars(item)
    else:
        for _, value in tree.entries:
            yield from _scalars(value)


def written_of(tree: Tree) -> str:
    """The same text for trees that say the same, whatever the order of their keys."""
    if isinstance(tree, Scalar):
        return repr((tree.text, tree.plain))
    if isinstance(tree, Listing):
        return "[" + ",".join(written_of(item) for item in tree.items) + "]"
    return "{" + ",".join(sorted(f"{key.text!r}:{written_of(value)}" for key, value in tree.entries)) + "}"
