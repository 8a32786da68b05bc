"""What a line of a broken file shows to be wrong at a glance: tabs, odd spaces, dashes, templates without quotes."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from typing import Final

from processor.rules.draft import Slip
from processor.rules.flow_slips import flow_slips
from processor.rules.line_signs import ODD_SPACE, QUOTED, SIGNS, STRUCTURE, TEMPLATE
from processor.rules.meant import FIELDS, meant, said
from processor.rules.quoting import quoted

LINE_CHARACTERS_MAX: Final = 4_096
"""Longer lines are left to the parser: nobody wrote them by hand."""

_INDENT = re.compile(f"[ \t{ODD_SPACE}]*")
_ODDLY_INDENTED = re.compile(f"( *[{ODD_SPACE}][ {ODD_SPACE}]*)(?:- )?([\\w.]+)\\s*:(?:\\s|$)")
_DASH = re.compile("[–—−‐‑](?=[ \t]*\\S)")
_ITEM = re.compile(f"-[ \t{ODD_SPACE}]+")
_KEY = re.compile(
    r"""(?P<key>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s:：\[\]{}#&*!|>'"%@`,-][^:：{}\[\]#]*?)(?P<colon>[ \t]*[:：])"""
)
_AFTER = re.compile(f"[ \t{ODD_SPACE}]*")
_BLOCK = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?$")
_BLOCK_BEGINS = re.compile(r"(?:^|[:-]\s+)[|>][-+0-9]*\s*(?:#.*)?$")
_COMMENT = re.compile(r"\s+#.*$|\s+$")
_HOLD_FIELDS: Final = frozenset({"when", "then", "contact", "not", "any", "all", "unless"})


def slips_of(lines: Sequence[str], tab_width: int) -> Iterator[Slip]:
    """Every slip of every line, in order; a tab counts as `tab_width` spaces."""
    anchors = frozenset(re.findall(r"&([^\s,\[\]{}]+)", "\n".join(lines)))
    inside = -1  # the indentation of a block of text, in which everything is allowed
    for number, line in enumerate(lines):
        indent = _INDENT.match(line)
        width = indent.end() if indent else 0
        rest = line[width:]
        if not rest or len(line) > LINE_CHARACTERS_MAX or (inside >= 0 and width > inside):
            continue
        inside = -1
        if rest.startswith("#"):
            continue
        yield from _indentation(number, line[:width], tab_width)
        yield from _line(number, line, width, lines[number + 1] if number + 1 < len(lines) else "", anchors)
        if _BLOCK_BEGINS.search(rest):
            inside = width


def odd_indents(lines: Sequence[str]) -> Iterator[Slip]:
    """Lines that begin with spaces that are none to YAML, before the name of a field."""
    for number, line in enumerate(lines):
        found = _ODDLY_INDENTED.match(line) if len(line) <= LINE_CHARACTERS_MAX else None
        if found and said(found[2], FIELDS):
            yield from _indentation(number, found[1], 0)


def _indentation(number: int, indent: str, tab_width: int) -> Iterator[Slip]:
    if indent.strip(" "):
        put = "".join(" " * tab_width if sign == "\t" else " " for sign in indent if sign not in "\u200b\u2060\ufeff")
        first = len(indent) - len(indent.lstrip(" "))
        code = "yaml.tab" if "\t" in indent else "yaml.space"
        yield Slip(code, number, first, len(indent.rstrip(" ")) - first, 0, len(indent), put)


def _line(number: int, line: str, at: int, after: str, anchors: frozenset[str]) -> Iterator[Slip]:
    dash = _DASH.match(line, at)
    if dash:
        yield Slip("yaml.dash", number, at, 1, at, at + 1, "-" if line[at + 1 : at + 2] in " \t" else "- ")
        at = dash.end()
        at += len(line[at:]) - len(line[at:].lstrip(" \t"))
    while item := _ITEM.match(line, at):
        if item[0].strip("- "):
            yield Slip("yaml.space", number, at + 1, len(item[0]) - 1, at + 1, item.end(), " ")
        at = item.end()
    glued = re.compile(r"-(?=([a-z_]+):(?:\s|$))").match(line, at)
    if glued and glued[1] in FIELDS:
        yield Slip("yaml.dash", number, at, 1, at, at + 1, "- ")
        at += 1
    key = _KEY.match(line, at)
    if key:
        value = yield from _colon(number, line, key)
        if value is None:
            return
        at = value
    elif (bare := _colonless(number, line, at, after)) is not None:
        yield bare
        return
    yield from _value(number, line, at, after, anchors, key["key"] if key else "")


def _colon(number: int, line: str, key: re.Match[str]) -> Generator[Slip, None, int | None]:
    """What stands between a key and its value; returns where the value begins, or None when this is no key."""
    gap = _AFTER.match(line, key.end())
    end = gap.end() if gap else key.end()
    spaces = line[key.end() : end]
    if key["colon"].endswith("：") or spaces.strip(" \t"):
        at = key.start("colon")
        code = "yaml.space:" if key["colon"].endswith("：") else "yaml.space"
        yield Slip(code, number, at, end - at, at, end, ": " if end < len(line) else ":")
    elif not spaces and end < len(line):
        if meant(key["key"], FIELDS) is None or line[end] in ":/" or key["key"].strip() not in FIELDS:
            return None
        yield Slip("yaml.glued", number, key.end() - 1, 1, key.end(), key.end(), " ")
    return end


def _colonless(number: int, line: str, at: int, after: str) -> Slip | None:
    """A field's name without its colon: `bot 1`, or `rules` above an indented list."""
    found = re.compile(r"([a-z_]+)(?: +(\S.*))?$").match(line, at)
    if not found or found[1] not in FIELDS or ("-" in line[:at] and not found[2]):
        return None
    deeper = len(after) - len(after.lstrip()) > at or after.lstrip().startswith("- ")
    if not found[2] and not deeper:
        return None
    return Slip("yaml.no_colon", number, at, len(found[1]), found.end(1), found.end(1), ":")


def _value(number: int, line: str, at: int, after: str, anchors: frozenset[str], key: str) -> Iterator[Slip]:
    value = line[at:]
    if not value.strip() or _BLOCK.match(value):
        return
    if value[0] in "\"'":
        yield from _quote(number, line, at, after)
        return
    pure = TEMPLATE.match(value)
    if value[0] in "[{" and not pure:
        yield from flow_slips(number, line, at, after, anchors)
        return
    end = at + len(_COMMENT.sub("", value))
    bare = line[at:end]
    if pure:
        code = "template.unquoted"
    elif bare[0] in SIGNS or re.match(r"!(?!!?[A-Za-z])", bare) or (bare[0] == "*" and bare[1:] not in anchors):
        code = "yaml.alias" if bare[0] == "*" else "yaml.sign"
    elif colon := re.search(r":(?=\s|$)", TEMPLATE.sub(lambda found: "x" * len(found[0]), bare)):
        held = key in _HOLD_FIELDS and not bare.endswith(":")
        put = "{" + bare + "}" if held else quoted(bare)
        yield Slip("yaml.colon{" if held else "yaml.colon", number, at + colon.start(), 1, at, end, put)
        return
    else:
        return
    yield Slip(code, number, at, len(bare), at, end, quoted(bare))


def _quote(number: int, line: str, at: int, after: str) -> Iterator[Slip]:
    """A quote that is not closed, or closed too early."""
    closed = QUOTED.match(line, at)
    end = len(_COMMENT.sub("", line[at:])) + at
    sign = line[at]
    if closed is None:
        if STRUCTURE.match(after):
            yield Slip("yaml.quote", number, at, 1, end, end, sign)
        return
    if closed.end() < end and not re.match(r"\s*(?:#|:(?:\s|$))", line[closed.end() :]):
        bare = line[at:end]
        text = bare[1:-1] if bare.endswith(sign) and len(bare) > 1 else bare
        yield Slip("yaml.quote", number, at, len(bare), at, end, quoted(text))
