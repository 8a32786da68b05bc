"""Rules that write the contact variables where `utm_as: variables` keeps UTM: the two would undo each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from processor.domain.look import UTM_PARTS
from processor.rules.reading import Field
from processor.rules.report import Report, named
from processor.rules.tree import Listing, Scalar, Table, Tree
from processor.text import Text

_NAMES = frozenset(f"utm_{part}" for part in UTM_PARTS)


def check_utm_variables(found: Mapping[str, Field], report: Report) -> None:
    """A fault at each such variable, if UTM goes into variables for certain."""
    place = found["utm_as"].value if "utm_as" in found else None
    rules = found["rules"].value if "rules" in found else None
    if not isinstance(place, Scalar) or place.text != "variables" or not isinstance(rules, Listing):
        return
    for rule in rules.items:
        for scalar in _written(_part(rule, "then")):
            if scalar.text.strip() not in _NAMES:
                continue
            name = named(scalar.text)
            text = Text(
                f"переменную «{name}» уже пишет utm_as: variables",
                f'the variable "{name}" is already written by utm_as: variables',
            )
            expected = Text("другое имя, или utm_as: field либо off", "another name, or utm_as: field or off")
            report.add("variable.utm", text, scalar.place, expected)


def _written(then: Tree | None) -> Iterator[Scalar]:
    variables, removed = _part(then, "variables"), _part(then, "remove_variables")
    if isinstance(variables, Table):
        yield from (key for key, _ in variables.entries)
    listed = removed.items if isinstance(removed, Listing) else (removed,)
    yield from (one for one in listed if isinstance(one, Scalar))


def _part(tree: Tree | None, name: str) -> Tree | None:
    entries = tree.entries if isinstance(tree, Table) else ()
    return next((value for key, value in entries if key.text == name), None)
