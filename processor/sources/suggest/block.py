"""Suggestions as lines of a rules file, ready to be pasted under a source."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from processor.domain.event import EVENT_TYPES
from processor.sources.suggest.suggestion import Suggested, TypeSuggestion
from processor.text import Language

COMMENT_COLUMN = 44
USUAL = ("event", "type")
"""Where a type is looked for without being told."""

# YAML reads such a text as what it is; numbers and words like null and true are taken as they are written, too.
_PLAIN = re.compile(r"[^\W\d_][\w.]*(?:\[(?:-?[0-9]+|\*|[\w.]+=[\w.\-]+)\](?:\.[^\W\d_][\w.]*)?)*")
_NOTHING = frozenset({"null", "true", "false", "yes", "no", "on", "off"})


def block_of(
    suggested: Suggested, language: Language, *, mapped: bool = False, typed: bool = False, indent: str = "    "
) -> Iterator[str]:
    """The lines of `event:`, `events:` and `fields:`, each with its reason and an example as a comment.

    Where the source has them already, `typed` leaves out the first two, and `mapped` the word `fields:`.
    """
    if suggested.types and not typed:
        yield from _type(suggested.types, indent)
    if suggested.fields and not mapped:
        yield f"{indent}fields:"
    for one in suggested.fields:
        yield _line(f"{indent}  {one.ours}: {scalar(one.theirs)}", f"{one.example} — {one.why.say(language)}")


def scalar(text: str) -> str:
    """`text` as a YAML scalar that is read as this very text."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _NOTHING:
        return text
    return json.dumps(text, ensure_ascii=False)


def _type(types: tuple[TypeSuggestion, ...], indent: str) -> Iterator[str]:
    """Where the type stands, unless it is looked for there anyway, and which of ours it is likely to be."""
    usual = next((one for name in USUAL for one in types if one.theirs == name), None)
    best = usual or types[0]
    if not usual:
        yield _line(f"{indent}event: {scalar(best.theirs)}", best.value)
    if best.ours and best.value not in EVENT_TYPES:
        yield f"{indent}events: {{{json.dumps(best.value, ensure_ascii=False)}: {best.ours}}}"


def _line(entry: str, comment: str) -> str:
    clean = "".join(sign if sign.isprintable() else " " for sign in comment)
    return f"{entry:<{COMMENT_COLUMN}} # {clean}"
