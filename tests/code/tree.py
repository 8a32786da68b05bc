"""The project as these tests see it: files, modules and their syntax trees, read once."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("processor", "workers")
PYTHON = (*OURS, "tests", "benchmarks")

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef
AnyScope = AnyFunction | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file: `name` as it is imported, `path` from the project's root."""

    name: str
    path: Path
    tree: ast.Module

    def at(self, line: int) -> str:
        """A place that an editor can open."""
        return f"{self.path}:{line}"


@lru_cache
def files() -> tuple[Path, ...]:
    """Every file that belongs to the project, from its root: all but what .gitignore names."""
    ignored = (ROOT / ".gitignore").read_text("utf-8").split()
    folders = {".git", *(line.rstrip("/") for line in ignored if line.endswith("/"))}
    found = []
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if not any(fnmatch(name, pattern) for pattern in folders)]
        found += [(Path(folder) / n).relative_to(ROOT) for n in names if not any(fnmatch(n, i) for i in ignored)]
    return tuple(sorted(found))


@lru_cache
def modules(*tops: str) -> tuple[Module, ...]:
    """Every module below these folders."""
    paths = [path for path in files() if path.suffix == ".py" and path.parts[0] in tops]
    return tuple(Module(_name(path), path, ast.parse((ROOT / path).read_text("utf-8"))) for path in paths)


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def within(name: str, rooms: Iterable[str]) -> bool:
    """Whether a module is one of the rooms or stands in one."""
    return any(name == room or name.startswith(room + ".") for room in rooms)


def functions(tree: ast.AST) -> Iterator[AnyFunction]:
    """Every function and method, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, AnyFunction))


def public(tree: ast.Module | ast.ClassDef) -> Iterator[AnyScope]:
    """Public classes and functions, and the public methods of public classes; what is nested in a function is not."""
    for node in tree.body:
        if isinstance(node, AnyScope) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def called(node: ast.Call) -> str:
    """What is called, as it is written: `time.sleep`."""
    return ast.unparse(node.func)


def none(found: Iterable[str], advice: str) -> None:
    """Fail with every finding on a line of its own, and with what to do."""
    __tracebackhide__ = True
    listed = sorted(found)
    assert not listed, f"{len(listed)} found. {advice}\n  " + "\n  ".join(listed)


def no_stale(exceptions: Mapping[str, str], used: Iterable[str]) -> None:
    """An exception with its reason must still be needed."""
    __tracebackhide__ = True
    assert all(exceptions.values()), "each exception states its reason"
    none(set(exceptions) - set(used), "These exceptions are not needed any more: take them off the list.")
