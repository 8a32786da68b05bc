"""Faults for programs: objects of JSON, and the lines by which GitHub marks a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from processor.fault import Fault
from processor.rules.excerpt import excerpt_from, is_shown, mended_of
from processor.rules.masked import masked_lines
from processor.text import LANGUAGES, Language, Text

_IN_DATA: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY: Final = {**_IN_DATA, ":": "%3A", ",": "%2C"}


def as_objects(faults: Sequence[Fault], path: str, text: str) -> list[dict[str, Any]]:
    """Each fault of the file at `path` as one object; columns count characters from 1, ends are left out."""
    lines = masked_lines(text)
    return [_object(fault, path, text, lines) for fault in faults]


def _object(fault: Fault, path: str, text: str, lines: Sequence[str]) -> dict[str, Any]:
    place = fault.place
    excerpt = excerpt_from(lines, place) if place else None
    mended = mended_of(text, fault.mend)
    fix = "\n".join(mended.lines) if mended and not mended.long else None if fault.mend else fault.fix
    edits = fault.mend if mended and is_shown(fault.mend, mended) else ()
    return {
        "code": fault.code,
        "severity": fault.severity,
        "file": path,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "end_column": place.column + place.length if place and place.length else None,
        "text": _both(fault.text),
        "expected": _both(fault.expected) if fault.expected else None,
        "nearest": fault.nearest,
        "fix": fix,
        "edits": [
            {
                "line": one.line,
                "column": one.column,
                "end_line": one.end_line,
                "end_column": one.end_column,
                "text": one.text,
            }
            for one in edits
        ],
        "excerpt": {"line": excerpt.shown, "marks": excerpt.marks} if excerpt else None,
    }


def _both(text: Text) -> dict[Language, str]:
    return {language: text.say(language) for language in LANGUAGES}


def as_commands(faults: Sequence[Fault], path: str, language: Language) -> list[str]:
    """Each fault as a workflow command of GitHub: `::error file=…,line=…,col=…::…`."""
    return [_command(fault, path, language) for fault in faults]


def _command(fault: Fault, path: str, language: Language) -> str:
    properties = {"file": path}
    place = fault.place
    if place:
        properties |= {"line": str(place.line), "col": str(place.column)}
        if place.length:
            properties |= {"endLine": str(place.line), "endColumn": str(place.column + place.length)}
    properties["title"] = fault.code
    listed = ",".join(f"{name}={_escaped(value, _IN_PROPERTY)}" for name, value in properties.items())
    message = fault.say(language)
    if place:
        message = message.removeprefix(f"{place}: ")
    return f"::{fault.severity} {listed}::{_escaped(message, _IN_DATA)}"


def _escaped(text: str, signs: dict[str, str]) -> str:
    return "".join(signs.get(sign, sign) for sign in text)
