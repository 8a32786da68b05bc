"""A rule of the file becomes a form: what a field can hold goes into it, all else is kept as YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from processor.rules.edit.bare import Bare, value_of
from processor.rules.edit.render import block
from processor.rules.flags import flag_word
from processor.rules.form.fields import GROUPS, Asked, Form, Pair, Row, Rows, Sets
from processor.rules.operators import TESTS

_FLAGS: Final = ("exists", "empty")


def form_of(rule: Bare) -> Form:
    """The form of a rule as it stands in the file; of what is no table everything is kept."""
    if not isinstance(rule, dict):
        return Form(kept={"rule": yaml(rule)})
    kept: dict[str, str] = {}
    texts = {name: _text(rule, name, kept) for name in ("name", "note", "bot", "settle", "after")}
    flags = {name: _flag(rule, name, default, kept) for name, default in (("enabled", True), ("stop", False))}
    unless = _unless(rule, kept)
    return Form(
        **texts,  # type: ignore[arg-type]
        **flags,  # type: ignore[arg-type]
        urgent=_urgent(rule, kept),
        **unless,  # type: ignore[arg-type]
        **_when(rule, kept),  # type: ignore[arg-type]
        **_then(rule, kept),  # type: ignore[arg-type]
        kept=kept,
    )


def yaml(bare: Bare) -> str:
    """A part of the file as YAML."""
    return block(value_of(bare), 0, "\n")


def line_of(bare: Bare) -> str | None:
    """A scalar that an input can hold; None for anything else. What is null shows nothing."""
    if not isinstance(bare, tuple) or any(sign in bare[0] for sign in "\n\r"):
        return None
    return "" if bare == ("null", True) else bare[0]


def lines_of(bare: Bare) -> tuple[str, ...] | None:
    """A scalar or a list of them, none of them of several lines; None for anything else."""
    found = [line_of(one) for one in (bare if isinstance(bare, list) else [bare])]
    return None if None in found else tuple(one for one in found if one is not None)


def rows_of(key: str, operand: Bare) -> Rows:
    """The conditions that one line of `when` makes."""
    rows = list(_rows(key, operand)) if key.strip() and "\n" not in key and "\r" not in key else [None]
    return tuple(row for row in rows if row) if rows and None not in rows else (Row(kept=key, shown=yaml(operand)),)


def table_rows(table: Mapping[str, Bare]) -> Rows | None:
    """The conditions of one set of lines; None where groups or questions are nested in it."""
    if any(key in (*GROUPS, "earlier") for key in table):
        return None
    return tuple(row for key, operand in table.items() for row in rows_of(key, operand))


def sets_of(kind: str, group: Bare) -> Sets | None:
    """The sets of a group; None where it is nested deeper, or is none."""
    if isinstance(group, dict):
        rows = table_rows(group)
        if rows is None or kind != "any":
            return None if rows is None else (rows,)
        return tuple((row,) for row in rows)
    if not isinstance(group, list) or not group:
        return None
    found = [table_rows(one) if isinstance(one, dict) else None for one in group]
    return None if None in found else tuple(one for one in found if one is not None)


def asked_of(earlier: Bare) -> tuple[Asked, ...]:
    """The questions about earlier events."""
    return tuple(_asked(one, at) for at, one in enumerate(earlier if isinstance(earlier, list) else [earlier]))


def _rows(key: str, operand: Bare) -> Iterator[Row | None]:
    if not isinstance(operand, dict):
        values = lines_of(operand)
        yield Row(key, "is" if isinstance(operand, tuple) else "in", values) if values else None
        return
    for test, each in operand.items():
        values = lines_of(each)
        if test in _FLAGS:
            flag = flag_word(values[0]) if values and len(values) == 1 else None
            yield None if flag is None else Row(key, f"{test}.{'true' if flag else 'false'}")
        else:
            yield Row(key, test, values) if values and test in TESTS else None


def _when(rule: Mapping[str, Bare], kept: dict[str, str]) -> dict[str, object]:
    when = rule.get("when", {})
    if not isinstance(when, dict):
        kept["when"] = yaml(when)
        return {}
    found: dict[str, object] = {}
    groups: dict[str, Sets] = {}
    rows: list[Row] = []
    for key, operand in when.items():
        if key in GROUPS:
            sets = sets_of(key, operand)
            if sets is None:
                kept[key] = yaml(operand)
            else:
                groups[key] = sets
        elif key == "earlier":
            found["earlier"] = asked_of(operand)
        elif key in ("event", "source") and not isinstance(operand, dict) and lines_of(operand):
            found[f"{key}s"] = lines_of(operand)
        else:
            rows += rows_of(key, operand)
    return found | {"rows": tuple(rows), "groups": groups}


def _asked(one: Bare, at: int) -> Asked:
    unread = Asked(kept=at, shown=yaml(one))
    if not isinstance(one, dict) or not set(one) <= {"event", "source", "count", "within"}:
        return unread
    names = {key: lines_of(one[key]) if key in one else () for key in ("event", "source")}
    within = line_of(one["within"]) if "within" in one else ""
    counts = rows_of("count", one["count"]) if "count" in one else (Row("count", "", ("",)),)
    if None in names.values() or within is None or len(counts) != 1 or counts[0].kept or not counts[0].values:
        return unread
    count = ", ".join(counts[0].values)
    joined = {key: ", ".join(some) for key, some in names.items() if some is not None}
    return Asked(joined["event"], joined["source"], counts[0].test, count, within)


def _unless(rule: Mapping[str, Bare], kept: dict[str, str]) -> dict[str, str]:
    unless = rule.get("unless")
    if unless is None:
        return {}
    asked = _asked({k: v for k, v in unless.items() if k != "same"}, 0) if isinstance(unless, dict) else None
    same = line_of(unless["same"]) if isinstance(unless, dict) and "same" in unless else ""
    if asked is None or asked.kept >= 0 or asked.test or asked.within or same is None:
        kept["unless"] = yaml(unless)
        return {}
    return {"unless_event": asked.event, "unless_source": asked.source, "unless_same": same}


def _then(rule: Mapping[str, Bare], kept: dict[str, str]) -> dict[str, object]:
    then = rule.get("then", {})
    if not isinstance(then, dict):
        kept["then"] = yaml(then)
        return {}
    found: dict[str, object] = {}
    for name in ("tags", "remove_tags", "remove_variables"):
        some = lines_of(then[name]) if name in then else ()
        if some is None:
            kept[name] = yaml(then[name])
        found[name] = some or ()
    if "contact" in rule and "contact" not in then:
        then = {**then, "contact": rule["contact"]}
    for name in ("variables", "contact"):
        found[name] = _pairs(then, name, kept)
    found |= _status(then, kept)
    found["utm"] = _text(then, "utm", kept)
    return found


def _pairs(then: Mapping[str, Bare], name: str, kept: dict[str, str]) -> tuple[Pair, ...]:
    table = then.get(name, {})
    values = {key: _words(each) for key, each in table.items()} if isinstance(table, dict) else {"": None}
    if None in values.values() or any(sign in key for key in values for sign in "\n\r"):
        kept[name] = yaml(table)
        return ()
    return tuple(Pair(key, each) for key, each in values.items() if each is not None)


def _status(then: Mapping[str, Bare], kept: dict[str, str]) -> dict[str, object]:
    status = then.get("status")
    if status is None:
        return {}
    fields = status if isinstance(status, dict) else {"value": status}
    value = _words(fields.get("value", []))
    wrong: dict[str, str] = {}
    each = _flag(fields, "each", False, wrong)
    if value is None or wrong or not set(fields) <= {"value", "each"}:
        kept["status"] = yaml(status)
        return {}
    return {"status": value, "each": each}


def _text(table: Mapping[str, Bare], name: str, kept: dict[str, str]) -> str:
    found = (_words if name == "note" else line_of)(table[name]) if name in table else ""
    if found is None:
        kept[name] = yaml(table[name])
    return found or ""


def _words(bare: Bare) -> str | None:
    """A scalar, of several lines perhaps; None for anything else."""
    if not isinstance(bare, tuple) or "\r" in bare[0]:
        return None
    return "" if bare == ("null", True) else bare[0]


def _urgent(rule: Mapping[str, Bare], kept: dict[str, str]) -> str:
    """As the choice has it: by the kind of each change, first, or last."""
    if "urgent" not in rule:
        return ""
    return "true" if _flag(rule, "urgent", False, kept) else "false"


def _flag(table: Mapping[str, Bare], name: str, default: bool, kept: dict[str, str]) -> bool:
    if name not in table:
        return default
    bare = table[name]
    flag = flag_word(bare[0]) if isinstance(bare, tuple) else None
    if flag is None:
        kept[name] = yaml(bare)
    return default if flag is None else flag
