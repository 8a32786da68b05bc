"""Files and functions stay short enough to be read at once, and are called what they are."""

from __future__ import annotations

import ast
import re

from tests.code.tree import PYTHON, ROOT, AnyScope, files, functions, modules, none

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 50
SUFFIXES = (".py", ".lua", ".js")
VAGUE = frozenset({"manager", "managers", "helper", "helpers", "util", "utils", "base", "misc", "common"})

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+[0-9]*")
_TERMS = {"base_url": "the setting WATBOT_BASE_URL"}


def _words(name: str) -> set[str]:
    for term in _TERMS:
        name = name.replace(term, "")
    return {word.lower() for word in _WORD.findall(name)}


def test_every_file_is_shorter_than_300_lines() -> None:
    lengths = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in files() if path.suffix in SUFFIXES}
    none(
        (f"{path}: {length} lines" for path, length in lengths.items() if length >= FILE_LINES_MAX),
        "A file this long does two things: give the second a file of its own.",
    )


def test_every_function_is_shorter_than_50_lines() -> None:
    found = []
    for module in modules(*PYTHON):
        for function in functions(module.tree):
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            if length >= FUNCTION_LINES_MAX:
                found.append(f"{module.at(function.lineno)} {function.name}: {length} lines")
    none(found, "Take a step of it out, under a name that says what the step is for.")


def test_no_name_says_nothing() -> None:
    found = [f"{path}: the file's name" for path in files() if path.suffix in SUFFIXES and _words(path.stem) & VAGUE]
    for module in modules(*PYTHON):
        for node in ast.walk(module.tree):
            if isinstance(node, AnyScope) and _words(node.name) & VAGUE:
                found.append(f"{module.at(node.lineno)} {node.name}")
    none(found, "Name it after what it does.")


def test_a_name_is_read_word_by_word() -> None:
    assert _words("HTTPBaseTransport") == {"http", "base", "transport"}
    assert _words("database_of_base64") == {"database", "of", "base64"}
    assert _words("base_of_base_url") == {"base", "of"}
