"""Every code that the source can give is shown by a mistake of ours, and no mistake shows one that is gone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from processor.rules.check import check_file
from processor.rules.compile import FILE_BYTES_MAX
from processor.rules.vocabulary import DOTTED
from tests.code.tree import modules, within
from tests.rules.mistakes import HEAD, MISTAKES, source
from tests.rules.mistakes_language import LANGUAGE
from tests.rules.test_mistaken import TEXTS, faults_of

KINDS: Final = (
    "event|file|faults|name|path|rule|rules|secret|source|template|test|then|value|variable|version|when|yaml"
)
_CODE = re.compile(rf"({KINDS})\.[a-z_]+")
_FILES: Final = frozenset({"rules.yaml", "example.yaml", "file.missing"})

# Each of these rooms has tables of its own: warnings, examples, edits.
_APART: Final = ("processor.rules.hygiene", "processor.rules.examples", "processor.rules.edit", "processor.rules.veil")

LARGE: Final = (
    "#" * (FILE_BYTES_MAX + 1),
    HEAD + "".join(f"  - {{name: r{n}, when: {{}}, then: {{}}}}\n" for n in range(10_001)),
    HEAD + "".join(f"  - name: r{n}\n    when: {{nope: 1}}\n    then: {{}}\n" for n in range(600)),
    "version: 1\nbot: 1\nsources:\n" + "".join(f"  s{n}: {{}}\n" for n in range(501)),
    source("{preset: generic, token: " + "t" * 5_000 + "}"),
)


def _written() -> Iterator[str]:
    """Codes as they stand in the source; a bracket behind one tells two messages of one code apart."""
    for module in modules("processor"):
        if module.name.startswith("processor.rules") and not within(module.name, _APART):
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    code = node.value.rstrip("[{:")
                    if _CODE.fullmatch(code) and code not in DOTTED and code not in _FILES:
                        yield code


def _given(tmp_path: Path) -> Iterator[str]:
    texts = (*TEXTS.values(), *(mistake.text for mistake in (*MISTAKES, *LANGUAGE)), *LARGE)
    yield from (fault.code for text in texts for fault in (*faults_of(text), *faults_of(text, demo=False)))
    path = tmp_path / "latin.yaml"
    path.write_bytes("bot: é".encode("latin-1"))
    yield from (fault.code for fault in check_file(path, {}))


def test_every_code_is_shown_by_a_mistake(tmp_path: Path) -> None:
    given, known = set(_given(tmp_path)), set(_written())
    assert (known - given, given - known) == (set(), set())
