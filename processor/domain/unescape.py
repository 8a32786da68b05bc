"""Take one layer of escapes off a text: percents in UTF-8 or cp1251, JavaScript's %u0432, HTML's &quot;."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

_PERCENT = re.compile(r"%(?:u[0-9A-Fa-f]{4}|[0-9A-Fa-f]{2})")
_UNITS = re.compile(r"(?:%u[0-9A-Fa-f]{4})+")
CODE_POINT_MAX: Final = 0x10FFFF

# The named entities that forms and editors write; the hundreds of others nobody has met.
NAMED: Final[Mapping[str, str]] = {
    "amp": "&",
    "quot": '"',
    "apos": "'",
    "lt": "<",
    "gt": ">",
    "nbsp": "\xa0",
    "plus": "+",
    "laquo": "«",
    "raquo": "»",
    "ndash": "–",
    "mdash": "—",
    "hellip": "…",
    "rsquo": "’",
    "shy": "",
}

_ENTITY = re.compile(rf"&(?:#([0-9]{{1,7}})|#[xX]([0-9A-Fa-f]{{1,6}})|({'|'.join(NAMED)}));")
_UNSEEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]+")


def is_escaped(text: str) -> bool:
    """Whether `text` has percent escapes."""
    return "%" in text and bool(_PERCENT.search(text))


def unescaped(text: str) -> str:
    """`text` with its percents and HTML entities read; + is a space where percents stand beside it."""
    if is_escaped(text):
        text = _octets_read(without_unseen(text).replace("+", " "))
    return entities_read(text)


def entities_read(text: str) -> str:
    """`text` with its HTML entities read."""
    return _ENTITY.sub(_entity, text) if "&" in text else text


def without_unseen(text: str) -> str:
    """`text` with a space for control signs and for halves of surrogate pairs, which cannot be written."""
    return _UNSEEN.sub(" ", text)


def _entity(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if code <= CODE_POINT_MAX else "\ufffd"


def _octets_read(text: str) -> str:
    octets = unquote_to_bytes(_UNITS.sub(_utf_16, text))
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        before = octets[: error.start]
        if error.reason == "unexpected end of data" and not before.isascii():
            return before.decode()  # UTF-8 that was cut within its last letter
        return octets.decode("cp1251", errors="replace")


def _utf_16(found: re.Match[str]) -> str:
    return bytes.fromhex(found[0].replace("%u", "")).decode("utf-16-be", errors="replace")
