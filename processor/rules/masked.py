"""A rules file with its literal secrets covered, character for character, so that its lines may be shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from processor.rules.lines import lines_of
from processor.rules.meant import plain

COVER: Final = "•"

_SECRET_WORD = re.compile(
    r"secret|t[o0]ken|секрет|токен|парол|ключ|passw|api.?key|confirmation|^key$|^url$|^pass$|^api$"
)
_KEY = re.compile(
    r"""(?P<lead>^[\s–—-]*|[{,\[]\s*)(?P<key>"[^"]*"|'[^']*'|[^\s:：{}\[\],"'#][^:：{}\[\],"'#]{0,40}?)\s*[:：]"""
)
# ${NAME} is no secret, its example value behind `:-` is shown in the documents; all else of the value is covered.
_REFERENCE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*(?::-(?P<example>[^{}]*))?\}")
_SIGNS: Final = frozenset("\"'[]{}, \t")
# What looks like a key by itself, wherever it stands by mistake.
_KEY_LIKE = re.compile(r"[A-Za-z0-9_+/=-]{20,}")


def masked_lines(text: str) -> Sequence[str]:
    """The lines of the file, each as long as it was."""
    shown = []
    inside = -1  # the indentation of a field whose value goes on in the lines below
    for line in lines_of(text):
        width = len(line) - len(line.lstrip())
        rest = line.strip()
        if inside >= 0 and rest and (width > inside or (width == inside and rest.startswith("- "))):
            shown.append(line[:width] + _covered(line[width:]))
            continue
        inside = -1
        covered, open_ = _masked(line)
        if open_:
            inside = width + len(rest) - len(rest.lstrip("- "))
        shown.append(covered)
    return shown


def _masked(line: str) -> tuple[str, bool]:
    """The line with its secrets covered, and whether the last of them may go on in the lines below."""
    pieces: list[str] = []
    position, open_ = 0, False
    while (found := _next_secret(line, position)) is not None:
        end = _value_end(line, found.end(), flow=found["lead"].strip(" ")[:1] in ("{", ",", "["))
        pieces += [_key_like(line[position : found.end()]), _covered(line[found.end() : end])]
        position, open_ = end, not line[end:].strip(" }],") and end >= len(line.rstrip(" }],"))
    return "".join([*pieces, _key_like(line[position:])]), open_


def _next_secret(line: str, position: int) -> re.Match[str] | None:
    for found in _KEY.finditer(line, position):
        if _SECRET_WORD.search(plain(found["key"])):
            return found
    return None


def _value_end(line: str, start: int, *, flow: bool) -> int:
    """Where the value ends that begins at `start`; rather too late than too early."""
    rest = line[start:]
    bare = rest.lstrip()
    at = start + len(rest) - len(bare)
    if bare[:1] in ('"', "'"):
        closed = re.match(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""", bare)
        return at + closed.end() if closed else len(line)
    if bare[:1] in ("[", "{"):
        depth = 0
        for index in range(at, len(line)):
            depth += (line[index] in "[{") - (line[index] in "]}")
            if depth == 0:
                return index + 1
        return len(line)
    if not flow:
        return len(line)
    reference = _REFERENCE.match(bare)
    if reference:
        at += reference.end()
    end = re.compile(r"[,}\]]").search(line, at)
    return end.start() if end else len(line)


def _covered(value: str) -> str:
    """The value with everything covered that is neither a reference nor a sign of YAML."""
    pieces, position = [], 0
    for found in _REFERENCE.finditer(value):
        example = found["example"]
        start = found.start("example") if example else found.end()
        pieces += [_covers(value[position : found.start()]), value[found.start() : start], _covers(example or "")]
        pieces.append(value[start + len(example or "") : found.end()])
        position = found.end()
    return "".join([*pieces, _covers(value[position:])])


def _covers(text: str) -> str:
    return "".join(sign if sign in _SIGNS else COVER for sign in text)


def _key_like(text: str) -> str:
    return _KEY_LIKE.sub(lambda found: COVER * len(found[0]) if _mixed(found[0]) else found[0], text)


def _mixed(word: str) -> bool:
    return any(map(str.isdigit, word)) and any(map(str.isalpha, word))
