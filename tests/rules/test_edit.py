"""Edits change what they name: all else stays byte for byte, over 200 files in many styles."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from processor.errors import EditRefused
from processor.rules.edit.edits import (
    AddItem,
    AddRule,
    Change,
    Delete,
    Drop,
    DropSource,
    Edit,
    Move,
    PutSource,
    Rename,
    Switch,
    edit_rules,
)
from processor.rules.edit.render import Value, is_typed
from processor.rules.report import Report
from processor.rules.tree import Listing, Scalar, Tree, grow
from tests.rules.edit_styles import Styled, styled

SEEDS, SHARE = 200, 20
NEW: dict[str, Value] = {
    "name": "Новое: правило",
    "when": {"event": "order.paid"},
    "then": {"tags": ["да", "5", 'say "x"'], "utm": "off"},
}
NEW_BARE = {
    "name": ("Новое: правило", False),
    "when": {"event": ("order.paid", False)},
    "then": {"tags": [("да", False), ("5", False), ('say "x"', False)], "utm": ("off", False)},
}
FALSE, TRUE = ("false", True), ("true", True)


def said(text: str) -> Any:
    """What a text says, without places and quotes."""
    report = Report()
    tree = grow(text, "rules.yaml", report)
    assert tree is not None
    assert not report.count
    return _bare(tree)


def _bare(tree: Tree) -> Any:
    if isinstance(tree, Scalar):
        typed = tree.is_null or tree.flag is not None or (tree.plain and is_typed(tree.text))
        return "null" if tree.is_null else tree.text.lower() if tree.flag is not None else tree.text, typed
    if isinstance(tree, Listing):
        return [_bare(item) for item in tree.items]
    return {key.text: _bare(value) for key, value in tree.entries}


def edited(text: str, *edits: Edit) -> str:
    return edit_rules(text, edits, file="rules.yaml", environ={}, demo=True)


@dataclass(frozen=True, slots=True)
class Case:
    """One edit of the rule number `at`, what the rules then say, and what may change in the text.

    `span`: within this the text may change, "rule": the rule's own, "gap": beside a rule, "rules": anywhere in them.
    """

    edit: Edit
    expect: Callable[[list[Any]], None]
    span: str = "rule"
    inverse: Edit | None = None


def _at(rules: list[Any], path: tuple[str | int, ...]) -> Any:
    place: Any = rules
    for step in path:
        place = place[step]
    return place


def _put(*path: str | int, value: Any) -> Callable[[list[Any]], None]:
    def do(rules: list[Any]) -> None:
        _at(rules, path[:-1])[path[-1]] = value

    return do


def _drop(*path: str | int) -> Callable[[list[Any]], None]:
    def do(rules: list[Any]) -> None:
        del _at(rules, path[:-1])[path[-1]]

    return do


def _insert(*path: str | int, value: Any) -> Callable[[list[Any]], None]:
    def do(rules: list[Any]) -> None:
        _at(rules, path[:-1]).insert(path[-1], value)

    return do


def _first(field: str, value: Any, at: int) -> Callable[[list[Any]], None]:
    """A field that is added stands behind those usually before it."""

    def do(rules: list[Any]) -> None:
        order = ["name", "note", "enabled"]
        entries = list(rules[at].items())
        place = max(n for n, (key, _) in enumerate(entries, 1) if key in order[: order.index(field)])
        entries.insert(place, (field, value))
        rules[at] = dict(entries)

    return do


def _moved(source: int, to: int) -> Callable[[list[Any]], None]:
    return lambda rules: rules.insert(to, rules.pop(source))


def cases(rules: list[Any], at: int, to: int) -> dict[str, Case]:
    """Every kind of edit, for the rule number `at`."""
    rule, last = rules[at], len(rules)
    tags = rule["then"]["tags"]
    found = {
        "add first": Case(AddRule(NEW, 0), lambda r: r.insert(0, NEW_BARE), "gap", Delete(0)),
        "add here": Case(AddRule(NEW, at), lambda r: r.insert(at, NEW_BARE), "gap", Delete(at)),
        "add last": Case(AddRule(NEW), lambda r: r.append(NEW_BARE), "gap", Delete(last)),
        "rename": Case(Rename(at, "Иначе: #2"), _put(at, "name", value=("Иначе: #2", False))),
        "rename by name": Case(Rename(rule["name"][0], "Z"), _put(at, "name", value=("Z", False))),
        "delete": Case(Delete(at), _drop(at), "gap"),
        "move": Case(Move(at, to), _moved(at, to), "rules", Move(to, at)),
        "status": Case(Change(at, ("then", "status"), "В пути"), _put(at, "then", "status", value=("В пути", False))),
        "test": Case(
            Change(at, ("when", "event"), "order.paid"), _put(at, "when", "event", value=("order.paid", False))
        ),
        "condition": Case(
            Change(at, ("when", "order.number"), {"exists": True}),
            _put(at, "when", "order.number", value={"exists": TRUE}),
            inverse=Drop(at, ("when", "order.number")),
        ),
        "no condition": Case(Drop(at, ("when", list(rule["when"])[-1])), _drop(at, "when", list(rule["when"])[-1])),
        "whole when": Case(
            Change(at, ("when",), {"source": "shop"}), _put(at, "when", value={"source": ("shop", False)})
        ),
        "variable": Case(
            Change(at, ("then", "variables", "Сумма"), "{{ order.total }}"),
            _put(at, "then", "variables", value={"Сумма": ("{{ order.total }}", False)}),
            inverse=Drop(at, ("then", "variables")),
        ),
    }
    note = ("Одна\n\nдве: #3", False)
    if "note" in rule:
        found["note"] = Case(Change(at, ("note",), note[0]), _put(at, "note", value=note))
    else:
        found["note"] = Case(Change(at, ("note",), note[0]), _first("note", note, at), inverse=Drop(at, ("note",)))
    found |= _cases_of_tags(tags, at)
    if "enabled" not in rule:
        found["disable"] = Case(Switch(at, on=False), _first("enabled", FALSE, at), inverse=Switch(at, on=True))
    else:
        found["disable"] = Case(Switch(at, on=False), _put(at, "enabled", value=FALSE))
    return found


def _cases_of_tags(tags: Any, at: int) -> dict[str, Case]:
    found: dict[str, Case] = {}
    if isinstance(tags, list):
        found["add tag"] = Case(
            AddItem(at, ("then", "tags"), len(tags), "Ещё"),
            _insert(at, "then", "tags", len(tags), value=("Ещё", False)),
            inverse=Drop(at, ("then", "tags", len(tags))),
        )
        found["first tag"] = Case(
            Change(at, ("then", "tags"), ["Ещё", *(tag for tag, _ in tags)]),
            _insert(at, "then", "tags", 0, value=("Ещё", False)),
            inverse=Drop(at, ("then", "tags", 0)),
        )
        found["one tag"] = Case(Change(at, ("then", "tags"), "Один"), _put(at, "then", "tags", value=("Один", False)))
        if len(tags) > 1:
            found["drop tag"] = Case(Drop(at, ("then", "tags", 1)), _drop(at, "then", "tags", 1))
    else:
        value = [("a", False), ("b", False)]
        found["two tags"] = Case(Change(at, ("then", "tags"), ["a", "b"]), _put(at, "then", "tags", value=value))
    return found


def _outside(one: Styled, case: Case, at: int, to: int) -> tuple[str, str]:
    """What must stay before and behind the edited place."""
    start, end = one.spans[at]
    if case.span == "rules":
        start, end = one.spans[min(at, to)][0], one.spans[max(at, to)][1]
    elif isinstance(case.edit, AddRule):
        index = len(one.spans) if case.edit.index is None else case.edit.index
        start = end = one.spans[index][0] if index < len(one.spans) else one.spans[-1][1]
    before, behind = one.text[:start], one.text[end:]
    if isinstance(case.edit, Move):  # blank lines go along
        before, behind = before.rstrip(), behind.lstrip()
    if isinstance(case.edit, Delete):
        if len(one.spans) == 1:  # `rules: []` is left, a comment beside it stays
            before = before[: before.index("rules:") + len("rules:")]
        before, behind = before.rstrip("\r\n ,"), behind.lstrip("\r\n ,")
    return before, behind


def _comments(text: str) -> list[str]:
    return re.findall(r"#[ \t][a-zА-Яа-я]+ ?\d+", text)


@pytest.mark.parametrize("share", range(SHARE))
def test_every_kind_of_edit_of_every_style_changes_only_what_it_names(share: int) -> None:
    for seed in range(share, SEEDS, SHARE):
        one = styled(seed)
        before = said(one.text)
        chance = Random(seed)
        at, to = (chance.randrange(len(one.spans)) for _ in range(2))
        for name, case in cases(before["rules"], at, to).items():
            _check(one, before, name, case, (seed, at, to))


def _check(one: Styled, before: Any, name: str, case: Case, where: tuple[int, int, int]) -> None:
    told = f"seed {where[0]}, rule {where[1]} to {where[2]}, {name}"
    if one.shared and _refused(one, case):
        return
    text = edited(one.text, case.edit)
    expected = copy.deepcopy(before)
    case.expect(expected["rules"])
    assert repr(said(text)) == repr(expected), told
    head, tail = _outside(one, case, where[1], where[2])
    assert text.startswith(head), told
    assert text.endswith(tail), told
    if isinstance(case.edit, Move | AddRule):
        assert sorted(_comments(text)) == sorted(_comments(one.text)), told
    if case.inverse is not None and _is_undone(one, case):
        assert edited(text, case.inverse) == one.text, told


def _refused(one: Styled, case: Case) -> bool:
    """In a file with an alias: whether the edit is refused, and that for the alias."""
    try:
        edited(one.text, case.edit)
    except EditRefused as refused:
        return "*" in str(refused)
    return False


def _is_undone(one: Styled, case: Case) -> bool:
    """A move past a comment of nobody's own leaves that where it was."""
    return not (isinstance(case.edit, Move) and "# Раздел" in one.text)


@pytest.mark.parametrize("share", range(SHARE))
def test_sources_are_added_changed_and_removed_without_touching_the_rest(share: int) -> None:
    for seed in range(share, SEEDS, SHARE):
        one = styled(seed)
        start = one.text.index("sources:")
        end = one.text.index("rules:")
        new = {"preset": "tilda", "secret": "${TILDA:-x}"}
        added = edited(one.text, PutSource("site", new))
        assert said(added)["sources"]["site"] == {key: (value, False) for key, value in new.items()}
        assert added.startswith(one.text[:start])
        assert added.endswith(one.text[end:])
        assert edited(added, DropSource("site")) == one.text
        changed = edited(one.text, PutSource("crm", "KZ", ("region",)), PutSource("shop", "${OTHER:-y}", ("secret",)))
        assert said(changed)["sources"]["crm"]["region"] == ("KZ", False)
        assert changed.startswith(one.text[:start])
        assert changed.endswith(one.text[end:])
        assert edited(changed, DropSource("crm", ("region",)), PutSource("shop", "x", ("secret",)))
        bare = edited(one.text, DropSource("crm"), DropSource("shop"))
        assert said(bare)["sources"] == {}
        assert bare.startswith(one.text[:start])
        assert bare.endswith(one.text[end:])
