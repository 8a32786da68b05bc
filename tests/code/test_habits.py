"""Habits that a reader may rely on: documented, silent, and asking the clock they were handed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping

from tests.code.tree import OURS, PYTHON, Module, called, modules, no_stale, none, public

PRINTS: Mapping[str, str] = {
    "workers/__main__.py": "a program's last word, before there is a log",
    "workers/checking.py": "a program's last word, before there is a log",
    "workers/exporting.py": "a program's last word, before there is a log",
}
WALL_CLOCKS: Mapping[str, str] = {
    "processor/clock.py": "the clock that is handed to everybody else",
    "processor/sandbox/service.py": "the sandbox shares no code with the rest: this is its clock",
    "processor/sandbox/__main__.py": "names a broken state file by the time it was set aside",
}
SLEEPS: Mapping[str, str] = {"tests/harness/waiting.py": "the one place that waits, for something named"}

_WALL = ("time.time", "time.time_ns", "time", "time_ns")
_WALL_METHODS = (".now", ".utcnow", ".today")


def _calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def _found(tops: tuple[str, ...], wrong: Callable[[Module, ast.AST], bool]) -> list[tuple[str, str]]:
    """Path and place of every node that is wrong."""
    return [
        (str(module.path), module.at(node.lineno))
        for module in modules(*tops)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.expr | ast.stmt) and wrong(module, node)
    ]


def _judge(found: list[tuple[str, str]], exceptions: Mapping[str, str], advice: str) -> None:
    __tracebackhide__ = True
    none((place for path, place in found if path not in exceptions), advice)
    no_stale(exceptions, (path for path, _ in found))


def test_every_module_and_everything_public_says_what_it_is() -> None:
    found = [f"{module.path}:1 the module" for module in modules(*PYTHON) if not _said(module)]
    for module in modules(*OURS):
        found += [f"{module.at(n.lineno)} {n.name}" for n in public(module.tree) if not ast.get_docstring(n)]
    none(found, "Say in one line what it is for, or give it a name that begins with _.")


def _said(module: Module) -> bool:
    empty_package = module.path.name == "__init__.py" and module.path.parts[0] not in OURS and not module.tree.body
    return empty_package or bool(ast.get_docstring(module.tree))


def test_nothing_prints_but_a_programs_last_word() -> None:
    found = _found(OURS, lambda _, node: isinstance(node, ast.Call) and called(node) == "print")
    _judge(found, PRINTS, "Use the log (processor/log.py), or typer.echo in a command.")


def test_the_time_is_asked_only_of_the_clock() -> None:
    _judge(
        _found(OURS, _asks_the_wall), WALL_CLOCKS, "Take a Clock (processor/clock.py), or the moment, as an argument."
    )


def _asks_the_wall(_: Module, node: ast.AST) -> bool:
    # `time.time` handed over without a call asks later.
    if isinstance(node, ast.Attribute) and ast.unparse(node) in _WALL:
        return True
    if not isinstance(node, ast.Call):
        return False
    name = called(node)
    return name in _WALL or (name.endswith(_WALL_METHODS) and name.split(".")[-2] in ("datetime", "date"))


def test_tests_wait_for_something_and_never_just_sleep() -> None:
    _judge(
        _found(("tests",), _sleeps),
        SLEEPS,
        "Wait for what you wait for: tests.harness.waiting.wait_until. To let others run: asyncio.sleep(0).",
    )


def _sleeps(_: Module, node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module in ("time", "asyncio") and any(alias.name == "sleep" for alias in node.names)
    if not isinstance(node, ast.Call) or not called(node).endswith(".sleep"):
        return False
    return not (node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0)
