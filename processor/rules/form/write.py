"""What was filled in becomes edits of the file: each part that says the same as before is left as it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from processor.errors import EditRefused
from processor.rules.compile import RULE_KEYS
from processor.rules.edit.bare import Bare, Path, value_of
from processor.rules.edit.edits import AddRule, Change, Drop, Edit
from processor.rules.edit.render import Plain, Value, may_be_plain
from processor.rules.effects import KEYS as EFFECT_KEYS
from processor.rules.form.fields import FLAG_TESTS, GROUPS, Asked, Form, Pair, Row, Rows, Sets
from processor.rules.form.read import asked_of, form_of, lines_of, rows_of, sets_of, table_rows
from processor.text import Text

_TWICE: Final = Text(
    "у поля «{0}» две строки с проверкой «{1}»: второе условие — в «Все из этих» ниже",
    'field "{0}" has two lines with the test "{1}": put the second under "All of these" below',
)
_NAMELESS: Final = Text("у условия «{0}» не выбрано поле", 'the condition "{0}" names no field')
_NAMELESS_PAIR: Final = Text("у значения «{0}» нет имени", 'the value "{0}" has no name')
_PAIRED_TWICE: Final = Text("имя «{0}» повторяется", 'the name "{0}" is repeated')


@dataclass(frozen=True, slots=True)
class Part:
    """A field of the rule that gets another value; `gone`: it goes."""

    path: Path
    value: Value = None
    gone: bool = False


def edits_of(position: int, rule: Bare, form: Form) -> list[Edit]:
    """The edits that make the rule at `position`, as it stands in the file, say what the form says.

    Raises EditRefused for what cannot be written.
    """
    return [
        Drop(position, part.path) if part.gone else Change(position, part.path, part.value)
        for part in parts_of(rule if isinstance(rule, dict) else {}, form_of(rule), form)
    ]


def new_rule(form: Form) -> AddRule:
    """The rule of a form, to be added behind the others. Raises EditRefused."""
    parts = {part.path: part.value for part in parts_of({}, Form(), form)}
    then = {name: parts["then", name] for name in EFFECT_KEYS if ("then", name) in parts}
    found: dict[str, Value] = {name: parts[name,] for name in RULE_KEYS if (name,) in parts}
    found |= {"when": found.get("when", {}), "then": then}
    return AddRule({name: found[name] for name in RULE_KEYS if name in found})


def parts_of(rule: Mapping[str, Bare], shown: Form, form: Form) -> Iterator[Part]:
    """What differs between what was shown and what was filled in."""
    kept, before, after = shown.kept, shown.tidy(), form.tidy()
    if "rule" in kept:
        return
    yield from (part for part in _plain_parts(before, after) if part.path[0] not in kept)
    if "when" not in kept and _when(before) != _when(after):
        when = rule.get("when")
        yield Part(("when",), _when_of(when if isinstance(when, dict) else {}, after, kept))
    unless = (before.unless_event, before.unless_source, before.unless_same)
    if "unless" not in kept and unless != (after.unless_event, after.unless_source, after.unless_same):
        yield _unless(after)
    if "then" not in kept:
        beside = "contact" in rule
        for part in _effects(rule, before, after):
            if part.path[-1] not in kept and (part.path[1] if len(part.path) > 1 else "") not in kept:
                yield Part(("contact",), part.value, part.gone) if beside and part.path[-1] == "contact" else part


def _plain_parts(before: Form, after: Form) -> Iterator[Part]:
    for name in ("name", "note", "settle", "after"):
        if getattr(before, name) != getattr(after, name):
            yield _text((name,), getattr(after, name))
    if before.bot != after.bot:
        yield Part(("bot",), typed(after.bot), gone=not after.bot)
    if before.urgent != after.urgent:
        yield Part(("urgent",), after.urgent == "true", gone=not after.urgent)
    if before.enabled != after.enabled:
        yield Part(("enabled",), after.enabled, gone=after.enabled)
    if before.stop != after.stop:
        yield Part(("stop",), after.stop, gone=not after.stop)


def _text(path: Path, text: str) -> Part:
    return Part(path, text, gone=not text)


def _when(form: Form) -> tuple[object, ...]:
    return form.events, form.sources, form.rows, dict(form.groups), form.earlier


def _when_of(held: Mapping[str, Bare], form: Form, kept: Mapping[str, str]) -> Value:
    named = tuple(
        Row(name, "is" if len(values) == 1 else "in", values)
        for name, values in (("event", form.events), ("source", form.sources))
        if values
    )
    found = _table(held, (*named, *form.rows))
    for kind in GROUPS:
        if kind in kept:
            found[kind] = value_of(held[kind])
        elif form.groups.get(kind):
            found[kind] = _group(kind, held.get(kind), form.groups[kind])
    if form.earlier:
        found["earlier"] = _earlier(held.get("earlier"), form.earlier)
    order = [name for name in held if name in found] + [name for name in found if name not in held]
    return {name: found[name] for name in order}


def _table(held: Mapping[str, Bare], rows: Rows) -> dict[str, Value]:
    """One set of conditions; a line that says the same as before is taken as it stands."""
    by_field: dict[str, list[Row]] = {}
    for row in rows:
        if not (row.kept or row.field):
            raise EditRefused(_filled(_NAMELESS, ", ".join(row.values)))
        by_field.setdefault(row.kept or row.field, []).append(row)
    found: dict[str, Value] = {}
    for name, some in by_field.items():
        old = held.get(name)
        if any(row.kept for row in some):
            found[name] = value_of(_there(held, name))
        elif old is not None and _same(rows_of(name, old), some):
            found[name] = value_of(old)
        else:
            found[name] = _line(old, some)
    return found


def _there(held: Mapping[str, Bare], name: str) -> Bare:
    if name not in held:
        raise EditRefused(Text(f"в файле больше нет {name}", f"{name} is no longer in the file"))
    return held[name]


def _same(rows: Rows, others: Sequence[Row]) -> bool:
    one, other = tuple(row.tidy() for row in rows), tuple(others)
    return one == other or {(row.test, row.values) for row in one} == {(row.test, row.values) for row in other}


def _line(old: Bare | None, rows: Sequence[Row]) -> Value:
    tests: dict[str, Value] = {}
    for row in dict.fromkeys(rows):
        name, _, flag = row.test.partition(".")
        if name in tests:
            raise EditRefused(_filled(_TWICE, row.field, name))
        held = old.get(name) if isinstance(old, dict) else None
        tests[name] = flag == "true" if row.test in FLAG_TESTS else _operand(held, row.values)
    if len(tests) == 1 and not isinstance(old, dict) and (rows[0].test in ("is", "in")):
        return _operand(old, rows[0].values)
    return tests


def _operand(old: Bare | None, values: tuple[str, ...]) -> Value:
    """One value or a list, each as it stood before where it did."""
    held = {one[0]: one for one in (old if isinstance(old, list) else [old]) if isinstance(one, tuple)}
    found = [value_of(held[value]) if value in held else typed(value) for value in values]
    if len(found) == 1 and not isinstance(old, list):
        return found[0]
    return found or ""


def typed(text: str) -> Value:
    """A value that stands without quotes where it can: it then stands for the number or day as well."""
    return Plain(text) if may_be_plain(text) else text


def _group(kind: str, held: Bare | None, sets: Sets) -> Value:
    olds = sets_of(kind, held) if held is not None else None
    if held is not None and olds is not None and _tidy(olds) == sets:
        return value_of(held)
    if isinstance(held, dict) and kind == "any" and all(len(rows) == 1 for rows in sets):
        rows = tuple(row for some in sets for row in some)
        if len({row.kept or (row.field, row.test) for row in rows}) == len(rows):
            return _table(held, rows)
    if len(sets) == 1 and kind != "any" and not isinstance(held, list):
        return _table(held if isinstance(held, dict) else {}, sets[0])
    found: list[Value] = []
    for at, rows in enumerate(sets):
        table = _held_set(held, rows, at)
        found.append(_table(table, rows))
    return found


def _held_set(held: Bare | None, rows: Rows, at: int) -> Mapping[str, Bare]:
    """The set of the file from which these conditions most probably come."""
    if isinstance(held, dict):
        return held
    tables = [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []
    for one in tables:
        if tuple(row.tidy() for row in table_rows(one) or ()) == rows:
            return one
    fitting = [one for one in tables if all(row.kept in one for row in rows if row.kept)]
    return tables[at] if at < len(tables) and tables[at] in fitting else fitting[0] if fitting else {}


def _tidy(sets: Sets) -> Sets:
    return tuple(tuple(row.tidy() for row in rows) for rows in sets)


def _earlier(held: Bare | None, asked: tuple[Asked, ...]) -> Value:
    olds: list[Bare] = held if isinstance(held, list) else [held] if held is not None else []
    before = [one.tidy() for one in asked_of(olds)]
    found = []
    for at, one in enumerate(asked):
        if one.kept >= 0:
            found.append(value_of(olds[one.kept]))
        elif one in before:
            found.append(value_of(olds[before.index(one)]))
        else:
            old = olds[at] if at < len(olds) and isinstance(olds[at], dict) else {}
            found.append(_question(old if isinstance(old, dict) else {}, one))
    return found[0] if len(found) == 1 and not isinstance(held, list) else found


def _question(held: Mapping[str, Bare], one: Asked) -> Value:
    found: dict[str, Value] = {}
    for name, text in (("event", one.event), ("source", one.source)):
        if text:
            found[name] = _operand(held.get(name), tuple(text.split(", ")))
    if one.count:
        found["count"] = _line(held.get("count"), [Row("count", one.test or "is", tuple(one.count.split(", ")))])
    if one.within:
        found["within"] = _operand(held.get("within"), (one.within,))
    return found


def _unless(form: Form) -> Part:
    found = _question({}, Asked(form.unless_event, form.unless_source))
    assert isinstance(found, dict)  # noqa: S101  as it was just made
    if form.unless_same:
        found["same"] = form.unless_same
    return Part(("unless",), found, gone=not found)


def _effects(rule: Mapping[str, Bare], before: Form, after: Form) -> Iterator[Part]:
    then = rule.get("then")
    held = then if isinstance(then, dict) else {}
    for name in ("tags", "remove_tags", "remove_variables"):
        values = getattr(after, name)
        if getattr(before, name) != values:
            yield Part(("then", name), _listed(held.get(name), values), gone=not values)
    for name in ("variables", "contact"):
        pairs = getattr(after, name)
        if getattr(before, name) != pairs:
            old = held.get(name, rule.get(name, {}) if name == "contact" else {})
            yield Part(("then", name), _paired(old if isinstance(old, dict) else {}, pairs), gone=not pairs)
    if (before.status, before.each) != (after.status, after.each):
        yield from _status(held.get("status"), before, after)
    if before.utm != after.utm:
        yield _text(("then", "utm"), after.utm)


def _listed(old: Bare | None, values: tuple[str, ...]) -> Value:
    held = {one[0].strip(): one for one in (old if isinstance(old, list) else [old]) if isinstance(one, tuple)}
    found: list[Value] = [value_of(held[value]) if value in held else value for value in values]
    return found[0] if len(found) == 1 and not isinstance(old, list) else found


def _paired(held: Mapping[str, Bare], pairs: tuple[Pair, ...]) -> Value:
    found: dict[str, Value] = {}
    for pair in pairs:
        if not pair.name:
            raise EditRefused(_filled(_NAMELESS_PAIR, pair.value))
        if pair.name in found:
            raise EditRefused(_filled(_PAIRED_TWICE, pair.name))
        old = held.get(pair.name)
        same = isinstance(old, tuple) and (lines_of(old) or (old[0],))[0].strip() == pair.value
        found[pair.name] = value_of(old) if same and old is not None else pair.value
    return found


def _status(old: Bare | None, before: Form, after: Form) -> Iterator[Part]:
    if not after.status:
        yield Part(("then", "status"), gone=True)
    elif isinstance(old, dict):
        if before.status != after.status:
            yield Part(("then", "status", "value"), after.status)
        if before.each != after.each:
            yield Part(("then", "status", "each"), after.each)
    else:
        value: Value = {"value": after.status, "each": True} if after.each else after.status
        yield Part(("then", "status"), value)


def _filled(text: Text, *words: str) -> Text:
    return Text(text.ru.format(*words), text.en.format(*words))
