"""What each module imports, wherever in the file it does so."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tests.code.tree import Module, called, modules

IMPORTERS = frozenset({"__import__", "import_module", "importlib.import_module", "exec", "eval", "runpy.run_module"})


@dataclass(frozen=True, slots=True)
class Import:
    """One import: `target` is a module of ours in full, or another's as it is written."""

    by: Module
    target: str
    line: int

    @property
    def library(self) -> str:
        """The first part of the name."""
        return self.target.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.by.at(self.line)} imports {self.target}"


@lru_cache
def imports(*tops: str) -> tuple[Import, ...]:
    """Every import below these folders; inside functions and under TYPE_CHECKING too."""
    known = frozenset(module.name for module in modules(*tops))
    return tuple(one for module in modules(*tops) for one in _imports_of(module, known))


def _imports_of(module: Module, known: frozenset[str]) -> Iterator[Import]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield Import(module, full if full in known else str(node.module), node.lineno)


def hidden(module: Module) -> Iterator[str]:
    """Imports that are relative, made by text, or not at the top of the file."""
    top = {id(node) for node in module.tree.body}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{module.at(node.lineno)} imports relatively"
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in top:
            yield f"{module.at(node.lineno)} imports inside something: {ast.unparse(node)}"
        if isinstance(node, ast.Call) and called(node) in IMPORTERS:
            yield f"{module.at(node.lineno)} may import by text: {ast.unparse(node)}"


def standard(library: str) -> bool:
    """Whether a library comes with Python."""
    return library in sys.stdlib_module_names
