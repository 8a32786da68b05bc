"""Reading typed values out of the tree; what does not fit becomes a fault, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from processor.fault import Edit, Place
from processor.rules.flags import flag_word
from processor.rules.meant import FIELDS, FLAGS, plain, said
from processor.rules.mends import nested, undashed
from processor.rules.report import Report, named, near
from processor.rules.slip_texts import SLIP_TEXTS
from processor.rules.tree import Listing, Scalar, Table, Tree
from processor.rules.vocabulary import DOTTED
from processor.text import Text

Choice = TypeVar("Choice", bound=str)

INTEGER_MAX = 2**63 - 1
LIST_LENGTH_MAX = 1_000
_INTEGER = re.compile(r"[0-9]{1,19}")
_ENTRY = re.compile(r"([\w.]+)(?:\s*[:：]\s*|\s+)(\S.*)")
_NUMBERED = re.compile(r"(?:no\.?|n|#)?\s*([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Field:
    """One entry of a table: its key and its value."""

    key: Scalar
    value: Tree


def fields(
    tree: Tree,
    known: tuple[str, ...],
    report: Report,
    elsewhere: Mapping[str, Text] | None = None,
    *,
    alone: str | None = None,
    moved: Callable[[Scalar], Sequence[Edit]] | None = None,
) -> dict[str, Field]:
    """The entries of a table by name; unknown names are faults.

    `elsewhere` tells where a name belongs instead and `moved` how it gets there; `alone` is the field that a value
    without any was probably meant for.
    """
    if not isinstance(tree, Table):
        fix = _spaced(tree, known, report)
        mend = () if fix else undashed(tree, report) or (nested(tree, alone, report) if alone else ())
        _expected(tree, Text("поля «имя: значение»", 'fields, "name: value"'), report, fix, mend)
        return {}
    found: dict[str, Field] = {}
    written = {key.text for key, _ in tree.entries}
    for key, value in tree.entries:
        if key.text in known:
            found[key.text] = Field(key, value)
        elif not glued(key, value, known, report):
            name = named(key.text)
            text = Text(f"неизвестное имя «{name}»", f'unknown name "{name}"')
            belongs = (elsewhere or {}).get(key.text)
            place = belongs or Text("одно из: " + ", ".join(known), "one of: " + ", ".join(known))
            edits = moved(key) if moved is not None and belongs else ()
            close = None if belongs else near(key.text, known)
            report.add("name.unknown", text, key.place, place, close, edits=edits)
            if close is not None and close not in written:
                found[close] = Field(key, value)  # what is wrong inside is told, too, and nothing is called missing
                written.add(close)
    return found


def _spaced(tree: Tree, known: Sequence[str], report: Report) -> str | None:
    """`event: order.paid` of `event:order.paid` or `event order.paid`, which to YAML is a text."""
    raw = report.raw(tree.place) if isinstance(tree, Scalar) and tree.plain else ""
    found = _ENTRY.fullmatch(raw)
    return f"{found[1]}: {found[2]}" if found and found[1] in (*known, *FIELDS, *DOTTED) else None


def glued(key: Scalar, value: Tree, known: Sequence[str], report: Report) -> bool:
    """Whether the key is a field and its value without the space between, as `{event:order.paid}`; with a fault."""
    head, colon, tail = key.text.partition(":")
    if not (colon and tail and key.plain and head in known and isinstance(value, Scalar) and value.is_null):
        return False
    text, expected = SLIP_TEXTS["yaml.glued"]
    report.add("yaml.glued", text, key.place, expected, fix=f"{head}: {tail}")
    return True


def text_of(tree: Tree, report: Report, length_max: int = 4_096) -> str | None:
    """The scalar as it was written, not blank; or None, with a fault."""
    if not isinstance(tree, Scalar):
        one = tree.items[0] if isinstance(tree, Listing) and len(tree.items) == 1 else None
        fix = report.raw(one.place) if isinstance(one, Scalar) else None
        _expected(tree, Text("текст", "text"), report, fix=fix or None)
        return None
    if tree.is_null or not tree.text.strip():
        report.add("value.empty", Text("значение пусто", "the value is empty"), tree.place, Text("текст", "text"))
        return None
    if len(tree.text) > length_max:
        text = Text(f"слишком длинно: {len(tree.text)} символов", f"too long: {len(tree.text)} characters")
        limit = Text(f"не больше {length_max}", f"at most {length_max}")
        report.add("value.too_long", text, tree.place, limit)
        return None
    return tree.text.strip()


def texts_of(tree: Tree, report: Report, length_max: int = 4_096) -> tuple[tuple[str, Scalar], ...]:
    """One text, or a list of them, each with the scalar it came from."""
    found = []
    for one in scalars_of(tree, report):
        text = text_of(one, report, length_max)
        if text is not None:
            found.append((text, one))
    return tuple(found)


def scalars_of(tree: Tree, report: Report) -> tuple[Scalar, ...]:
    """One value, or a list of them; an empty list is a fault."""
    if isinstance(tree, Scalar):
        return (tree,)
    if isinstance(tree, Table):
        _expected(tree, Text("значение или список значений", "a value or a list of values"), report)
        return ()
    if not tree.items:
        text = Text("список пуст", "the list is empty")
        report.add("value.empty", text, tree.place, Text("хотя бы одно значение", "at least one value"))
    if len(tree.items) > LIST_LENGTH_MAX:
        text = Text(f"в списке {len(tree.items)} значений", f"the list has {len(tree.items)} values")
        limit = Text(f"не больше {LIST_LENGTH_MAX}", f"at most {LIST_LENGTH_MAX}")
        report.add("value.too_long", text, tree.place, limit)
        return ()
    found = []
    for item in tree.items:
        if isinstance(item, Scalar):
            found.append(item)
        else:
            _expected(item, Text("значение, а не вложенный список или поля", "a value, not a list or fields"), report)
    return tuple(found)


def flag_of(tree: Tree, report: Report) -> bool | None:
    """true or false, yes or no, да or нет, with quotes or without; or None, with a fault."""
    flag = flag_word(tree.text) if isinstance(tree, Scalar) else None
    if flag is not None:
        return flag
    fix = said(tree.text, FLAGS) if isinstance(tree, Scalar) else None
    _expected(tree, Text("true или false", "true or false"), report, fix=fix)
    return None


def whole_of(tree: Tree, report: Report) -> int | None:
    """A whole number from 1; or None, with a fault."""
    if isinstance(tree, Scalar) and _INTEGER.fullmatch(tree.text) and 1 <= int(tree.text) <= INTEGER_MAX:
        return int(tree.text)
    digits = _NUMBERED.fullmatch(plain(tree.text)) if isinstance(tree, Scalar) else None
    fix = str(int(digits[1])) if digits and int(digits[1]) else None
    _expected(tree, Text("целое число больше нуля", "a whole number above zero"), report, fix=fix)
    return None


def choice_of(tree: Tree, choices: tuple[Choice, ...], report: Report) -> Choice | None:
    """One of `choices`; or None, with a fault."""
    listed = Text("одно из: " + ", ".join(choices), "one of: " + ", ".join(choices))
    if not isinstance(tree, Scalar):
        _expected(tree, listed, report)
        return None
    for choice in choices:
        if tree.text == choice:
            return choice
    text = Text(f"неизвестное значение «{named(tree.text)}»", f'unknown value "{named(tree.text)}"')
    report.add("value.unknown", text, tree.place, listed, near(tree.text, tuple(choices)))
    return None


def missing(name: str, place: Place, expected: Text, report: Report, edits: Sequence[Edit] = ()) -> None:
    """Note that a field that must be there is not; `place` is where it should stand, `edits` put it there."""
    report.add("name.missing", Text(f"нет поля «{name}»", f'"{name}" is missing'), place, expected, edits=edits)


def _expected(tree: Tree, expected: Text, report: Report, fix: str | None = None, edits: Sequence[Edit] = ()) -> None:
    report.add("value.kind", _KINDS[_kind(tree)], tree.place, expected, fix=fix, edits=edits)


def _kind(tree: Tree) -> str:
    if isinstance(tree, Scalar):
        return "empty" if tree.is_null else "scalar"
    return "list" if isinstance(tree, Listing) else "table"


# What stands in the file is not quoted here: it may be a secret in the wrong place.
_KINDS = {
    "empty": Text("значение пусто", "the value is empty"),
    "scalar": Text("такое значение здесь не годится", "this value does not fit here"),
    "list": Text("здесь список", "here is a list"),
    "table": Text("здесь вложенные поля", "here are nested fields"),
}
