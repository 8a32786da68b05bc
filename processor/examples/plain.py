"""Results for programs: dicts, lists and texts that any JSON may hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from processor.examples.coverage import Coverage
from processor.examples.run import Result
from processor.sources.keep import encodable
from processor.text import Language


def plain_results(results: Sequence[Result], covered: Coverage | None, language: Language) -> Any:
    """`passed`, `failed`, `examples` with their differences, and `coverage` if it was asked for."""
    whole: dict[str, Any] = {
        "passed": sum(1 for result in results if result.passed),
        "failed": sum(1 for result in results if not result.passed),
        "examples": [_plain(result, language) for result in results],
    }
    if covered is not None:
        gaps = [
            {"rule": one.rule, "line": one.line, "gap": one.gap, "condition": one.condition} for one in covered.gaps()
        ]
        whole["coverage"] = {"percent": covered.percent, "gaps": gaps}
    return _encodable(whole)


def _plain(result: Result, language: Language) -> dict[str, Any]:
    return {
        "name": result.title,
        "file": result.example.place.file,
        "line": result.example.place.line,
        "passed": result.passed,
        "differences": [
            {"element": one.element, "expected": one.expected, "got": one.got} for one in result.differences
        ],
        "faults": [fault.say(language) for fault in result.faults],
        "nearest": msgspec.to_builtins(result.nearest),
        "problems": [
            {"rule": one.rule, "element": one.element, "text": one.text.say(language)} for one in result.problems
        ],
    }


def _encodable(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {name: _encodable(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [_encodable(value) for value in tree]
    return encodable(tree) if isinstance(tree, str) else tree
