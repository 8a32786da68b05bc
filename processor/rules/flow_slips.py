"""Slips between brackets on one line: texts that want quotes, quotes and brackets that are not closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from processor.rules.draft import Slip
from processor.rules.line_signs import QUOTED, SIGNS, STRUCTURE, TEMPLATE
from processor.rules.quoting import quoted

_OPENING = {"]": "[", "}": "{"}
_CLOSING = {"[": "]", "{": "}"}
_STOP = re.compile(r"[,\]}]|$")


@dataclass(slots=True)
class _Walk:
    """Where we are on the line; `fresh` tells that a value may begin here, `open` holds the brackets around us."""

    number: int
    line: str
    position: int
    after: str
    anchors: frozenset[str]
    first: int
    fresh: bool = True
    open: list[tuple[str, int]] = field(default_factory=list)


def flow_slips(number: int, line: str, at: int, after: str, anchors: frozenset[str]) -> Iterator[Slip]:
    """What is wrong between the brackets that begin at `at`; `after` is the next line."""
    walk = _Walk(number, line, at, after, anchors, at)
    while walk.position < len(line):
        sign = line[walk.position]
        if walk.fresh and sign in "\"'":
            closed = QUOTED.match(line, walk.position)
            if closed is None:
                yield from _unclosed_quote(walk)
                return
            walk.position, walk.fresh = closed.end(), False
        elif TEMPLATE.match(line, walk.position) or (walk.fresh and sign in (*SIGNS, "*")):
            yield from _text(walk)
        elif sign == "#" and line[walk.position - 1].isspace():
            break
        else:
            yield from _step(walk)
    yield from _unclosed(walk)


def _step(walk: _Walk) -> Iterator[Slip]:
    sign, line = walk.line[walk.position], walk.line
    if sign in "[{":
        walk.open.append((sign, walk.position))
    elif sign in "]}" and walk.open:
        opening = _OPENING[sign]
        while walk.open[-1][0] != opening and any(one == opening for one, _ in walk.open):
            inner, at = walk.open.pop()
            yield Slip(f"yaml.bracket{inner}", walk.number, at, 1, walk.position, walk.position, _CLOSING[inner])
        walk.open.pop()
    spaced = line[walk.position + 1 : walk.position + 2].isspace()
    walk.fresh = sign in "[{," or (sign == ":" and spaced) or (walk.fresh and sign == " ")
    walk.position += 1


def _text(walk: _Walk) -> Iterator[Slip]:
    """A text with a template in it, or with a special sign at its start."""
    start, end = _bounds(walk)
    bare = walk.line[start:end]
    star = bare.startswith("*")
    if not star or bare[1:] not in walk.anchors:
        templated = TEMPLATE.match(walk.line, walk.position)
        code = "template.unquoted" if templated else "yaml.alias" if star else "yaml.sign"
        yield Slip(code, walk.number, start, len(bare), start, end, quoted(bare))
    walk.position, walk.fresh = max(end, walk.position + 1), False


def _bounds(walk: _Walk) -> tuple[int, int]:
    """From where to where the text reaches that stands between commas and brackets around us."""
    line, start, end = walk.line, walk.position, walk.position
    while start > walk.first and line[start - 1] not in "[{,\"'" and not re.match(r":\s", line[start - 1 : start + 1]):
        start -= 1
    while end < len(line):
        template = TEMPLATE.match(line, end)
        if template:
            end = template.end()
        elif line[end] in ",]}" or line[end : end + 2] == " #":
            break
        else:
            end += 1
    bare = line[start:end]
    return start + len(bare) - len(bare.lstrip()), end - len(bare) + len(bare.rstrip())


def _unclosed_quote(walk: _Walk) -> Iterator[Slip]:
    if STRUCTURE.match(walk.after):
        stop = _STOP.search(walk.line, walk.position + 1)
        end = stop.start() if stop else len(walk.line)
        yield Slip("yaml.quote", walk.number, walk.position, 1, end, end, walk.line[walk.position])


def _unclosed(walk: _Walk) -> Iterator[Slip]:
    if walk.open and STRUCTURE.match(walk.after) and not walk.after.strip().startswith(("]", "}")):
        end = len(walk.line[: walk.position].rstrip())
        closing = "".join("]" if sign == "[" else "}" for sign, _ in reversed(walk.open))
        sign, at = walk.open[-1]
        yield Slip(f"yaml.bracket{sign}", walk.number, at, 1, end, end, closing)
