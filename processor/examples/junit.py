"""Results as JUnit XML, which every build server shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from processor.examples.run import Result
from processor.examples.telling import tell_failure
from processor.text import Language

# What no XML document may hold, not even as an entity.
_UNWRITABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[Result], file: str, language: Language) -> str:
    """One suite named after the rules file, a case for each example; a failed one with what differs as its text."""
    failed = sum(1 for result in results if result.differences)
    errors = sum(1 for result in results if result.faults)
    counts = f'tests="{len(results)}" failures="{failed}" errors="{errors}"'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {counts}>"]
    lines.append(f"  <testsuite name={_quoted(file)} {counts}>")
    for result in results:
        lines += _case(result, language)
    return "\n".join([*lines, "  </testsuite>", "</testsuites>", ""])


def _case(result: Result, language: Language) -> list[str]:
    place = result.example.place
    head = f"    <testcase classname={_quoted(place.file)} name={_quoted(result.title)}"
    head += f' file={_quoted(place.file)} line="{place.line}"'
    if result.passed:
        return [f"{head}/>"]
    kind = "error" if result.faults else "failure"
    told = list(tell_failure(result, language))
    text = escape(_writable("\n".join(told)))
    return [f"{head}>", f"      <{kind} message={_quoted(told[0].strip())}>{text}</{kind}>", "    </testcase>"]


def _quoted(text: str) -> str:
    return quoteattr(_writable(text))


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
