"""What may be done to a rules file without touching the rest of it, and doing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from processor.errors import EditRefused
from processor.rules.compile import RULE_KEYS, TOP_KEYS, compile_rules
from processor.rules.edit.bare import Bare, Path, at
from processor.rules.edit.become import become
from processor.rules.edit.draft import Draft
from processor.rules.edit.render import Value
from processor.rules.report import named
from processor.text import Text, nearest

# A rule by its number in the file, from 0, or by its name.
Which: TypeAlias = "int | str"


@dataclass(frozen=True, slots=True)
class AddRule:
    """A new rule, as number `index`, else behind the others."""

    rule: Mapping[str, Value]
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a rule, such as ("then", "tags") or ("then", "tags", 0), gets this value; a missing one is added."""

    rule: Which
    path: Path
    value: Value


@dataclass(frozen=True, slots=True)
class AddItem:
    """A list in a rule gets one more item, as number `index`."""

    rule: Which
    path: Path
    index: int
    value: Value


@dataclass(frozen=True, slots=True)
class Drop:
    """A field of a rule, or an item of a list in it, goes."""

    rule: Which
    path: Path


@dataclass(frozen=True, slots=True)
class Move:
    """A rule becomes the rule number `index`; its own comments go with it."""

    rule: Which
    index: int


@dataclass(frozen=True, slots=True)
class Copy:
    """A rule once more, right below itself, under a name of its own; a copy is switched off."""

    rule: Which
    name: str


@dataclass(frozen=True, slots=True)
class Switch:
    """A rule is switched on or off."""

    rule: Which
    on: bool


@dataclass(frozen=True, slots=True)
class Rename:
    """A rule gets another name."""

    rule: Which
    name: str


@dataclass(frozen=True, slots=True)
class Delete:
    """A rule goes, with its own comments."""

    rule: Which


@dataclass(frozen=True, slots=True)
class PutSource:
    """A source, or the field at `path` in it, gets this value; a missing one is added."""

    name: str
    value: Value
    path: Path = ()


@dataclass(frozen=True, slots=True)
class DropSource:
    """A source goes, or the field at `path` in it."""

    name: str
    path: Path = ()


Edit: TypeAlias = AddRule | Change | AddItem | Drop | Move | Copy | Switch | Rename | Delete | PutSource | DropSource


def edit_rules(text: str, edits: Sequence[Edit], *, file: str, environ: Mapping[str, str], demo: bool = False) -> str:
    """`text` after all of `edits`, in their order; each changes what it names and nothing else, or none is done.

    Raises EditRefused with the reason, FaultsFound when `text` is no YAML or the outcome would be no right rules
    file (places in the outcome).
    """
    edited = edit_text(text, edits, file=file)
    compile_rules(edited, file, environ, demo=demo)
    return edited


def edit_text(text: str, edits: Sequence[Edit], *, file: str) -> str:
    """The same for a draft, which may have faults before and after: only YAML it must be. Raises as `edit_rules`."""
    draft = Draft(text, file)
    for one in edits:
        _do(draft, one)
    return draft.text


def _do(draft: Draft, edit: Edit) -> None:
    match edit:
        case AddRule(rule, index):
            draft.insert(("rules",), _count(draft) if index is None else index, rule)
        case PutSource(name, value, path):
            _put_source(draft, ("sources", name, *path), value)
        case DropSource(name, path):
            draft.remove(("sources", name, *path))
        case Move(which, index):
            draft.move(("rules",), _number(draft, which), index)
        case Copy(which, name):
            number = _number(draft, which)
            draft.repeat(("rules",), number)
            draft.put(("rules", number + 1, "name"), name)
            _switch(draft, ("rules", number + 1), on=False)
        case Delete(which):
            draft.remove(("rules", _number(draft, which)))
        case AddItem(which, path, index, value):
            draft.insert(("rules", _number(draft, which), *path), index, value)
        case Drop(which, path):
            draft.remove(("rules", _number(draft, which), *path))
        case Rename(which, name):
            draft.put(("rules", _number(draft, which), "name"), name)
        case Change(which, path, value):
            _change(draft, ("rules", _number(draft, which), *path), value)
        case Switch(which, on):
            _switch(draft, ("rules", _number(draft, which)), on=on)


def _change(draft: Draft, path: Path, value: Value) -> None:
    if draft.has(path):
        become(draft, path, value)
    else:
        rule, field = path[:2], path[2:]
        draft.put(path, value, _place(draft, rule, RULE_KEYS, field) if len(field) == 1 else None)


def _switch(draft: Draft, rule: Path, *, on: bool) -> None:
    path = (*rule, "enabled")
    if not draft.has(path):
        if not on:
            draft.put(path, False, _place(draft, rule, RULE_KEYS, ("enabled",)))
    elif on and at(draft.bare, path) == ("false", True) and not draft.comment_behind(path):
        draft.remove(path)
    else:
        draft.put(path, on)


def _put_source(draft: Draft, path: Path, value: Value) -> None:
    if draft.has(path):
        become(draft, path, value)
    elif draft.has(path[:1]):
        draft.put(path, value)
    else:
        for step in reversed(path[1:]):
            value = {str(step): value}
        draft.put(path[:1], value, _place(draft, (), TOP_KEYS, path[:1]))


def _place(draft: Draft, table: Path, order: Sequence[str], field: Path) -> int:
    """Where a field belongs among those that are there: behind the last that is usually written before it."""
    before = order[: order.index(str(field[0]))] if field[0] in order else order
    there = at(draft.bare, table)
    return max((place for place, name in enumerate(there, 1) if name in before), default=0)


def _count(draft: Draft) -> int:
    rules = at(draft.bare, ("rules",))
    return len(rules) if isinstance(rules, list) else 0


def _number(draft: Draft, which: Which) -> int:
    if isinstance(which, int):
        return which
    rules = at(draft.bare, ("rules",))
    names = [_name(rule) for rule in rules] if isinstance(rules, list) else []
    if which in names:
        return names.index(which)
    close = nearest(which, sorted(name for name in names if name))
    hint = Text(f"; может быть, «{named(close)}»?", f'; did you mean "{named(close)}"?') if close else Text("", "")
    raise EditRefused(Text(f"нет правила «{named(which)}»{hint.ru}", f'there is no rule "{named(which)}"{hint.en}'))


def _name(rule: Bare) -> str:
    name = rule.get("name") if isinstance(rule, dict) else None
    return name[0].strip() if isinstance(name, tuple) else ""
