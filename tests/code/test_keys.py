"""The table of keys (processor/store/keys.py) is the whole truth about names in the store."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from processor.store.keys import KEYS, Key
from tests.code.tree import OURS, ROOT, Module, called, files, modules, none, within

_KINDS = frozenset({"string", "hash", "list", "set", "zset", "stream"})
# How a row begins that needs no time to live of its own: it then says why.
STAYS = ("for ever: ", "members leave ", "fields leave ")
_ENDS = re.compile(r"(?:\d+ x )?[A-Z]+_DAYS\b|\d+ (?:s|min|h)\b|its own end|twice ")
_TABLE = "processor.store.keys"
_IN_LUA = re.compile(r"\bK\.(\w+)")
# Commands that can make a key, by the client's method names; others have some of them too, with one argument.
_WRITES = re.compile(
    r"append|copy|(?:de|in)cr(?:by|byfloat)?|h(?:m?set|setnx|incrby|incrbyfloat)|linsert|[lr]pushx?|m?set(?:nx|ex)?|psetex"
    r"|setbit|setrange|persist|rename(?:nx)?|pfadd|[szx]add|zincrby|[sz]\w+store"
)
_ALSO_OTHERS = frozenset({"append", "copy", "set"})


def _scripts() -> Iterator[tuple[str, str]]:
    for path in files():
        if path.suffix == ".lua":
            for number, line in enumerate((ROOT / path).read_text("utf-8").splitlines(), 1):
                yield f"{path}:{number}", line.partition("--")[0]


def _calls() -> Iterator[tuple[Module, ast.Call]]:
    for module in modules(*OURS):
        if within(module.name, ["processor.sandbox"]):
            continue
        yield from ((module, node) for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def _names(module: Module, call: ast.Call) -> list[str | None]:
    """The short names that a call of `name_of` may mean; None where that cannot be read from the code."""
    first = call.args[0]
    if isinstance(first, ast.Constant):
        return [_text(first)]
    for loop in ast.walk(module.tree):
        if isinstance(loop, ast.For) and ast.unparse(loop.target) == ast.unparse(first):
            return [_text(element) for element in getattr(loop.iter, "elts", [])] or [None]
    return [None]


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _used() -> list[tuple[str, str | None]]:
    """Every place that names a key, and the short name."""
    lua = [(at, short) for at, line in _scripts() for short in _IN_LUA.findall(line)]
    python = [
        (module.at(call.lineno), short)
        for module, call in _calls()
        if called(call) == "name_of"
        for short in _names(module, call)
    ]
    return [*lua, *python]


def test_every_key_that_is_used_stands_in_the_table() -> None:
    none(
        (f"{at} {short or 'not a name written out'}" for at, short in _used() if short not in KEYS),
        f"Give it a row in KEYS of {_TABLE}, and write its short name out where it is used.",
    )


def test_every_key_of_the_table_is_used() -> None:
    none(set(KEYS) - {short for _, short in _used()}, f"Take the row out of {_TABLE}: nothing names it.")


@pytest.mark.parametrize("short", KEYS)
def test_every_row_says_what_it_is_and_what_ends_it(short: str) -> None:
    row: Key = KEYS[short]
    assert row.kind in _KINDS, f"{short}: kind is one of {sorted(_KINDS)}"
    assert row.holds.strip(), f"{short}: say what it holds"
    assert row.name.startswith("wh:"), f"{short}: our names begin with wh:"
    assert row.lives.startswith(STAYS) or _ENDS.match(row.lives), (
        f"{short}: `lives` begins with when it ends (a setting in days, a time), or with one of {STAYS} and the reason"
    )


def test_no_name_is_the_beginning_of_another() -> None:
    names = [row.name for row in KEYS.values()]
    none(
        (f"{a} and {b}" for a in names for b in names if a != b and ((b.startswith(a) and a.endswith(":")) or a == b)),
        "A key must tell by its beginning which row it belongs to.",
    )
    assert len(set(names)) == len(names), "two rows have one name"


def test_a_name_in_the_store_is_written_only_in_the_table() -> None:
    found = [at for at, line in _scripts() if re.search(r"""["']wh:""", line)]
    for module in modules(*OURS):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("wh:"):
                found += [module.at(node.lineno)] if module.name != _TABLE else []
    none(found, f"Take it from {_TABLE}: `K.short` in Lua, `name_of(short)` in Python.")


def test_outside_the_scripts_nothing_is_written_that_would_stay_without_a_reason() -> None:
    none(
        (f"{m.at(call.lineno)} {ast.unparse(call)[:80]}" for m, call in _calls() if _writes(call) and not _stays(call)),
        "Write it in a script that sets its time to live, or state in the table why it stays.",
    )


def _writes(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    name, arguments = call.func.attr, len(call.args) + len(call.keywords)
    return bool(_WRITES.fullmatch(name)) and (name not in _ALSO_OTHERS or arguments > 1)


def _stays(call: ast.Call) -> bool:
    key = call.args[0] if call.args else None
    if not (isinstance(key, ast.Call) and called(key) == "name_of"):
        return False
    short = _text(key.args[0])
    return short is not None and KEYS[short].lives.startswith(STAYS)
