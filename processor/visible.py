"""Text of strangers made safe and measurable on a terminal: no control character is let through as it is."""

from __future__ import annotations

import unicodedata
from typing import Final

TAB_SHOWN: Final = "→   "
SPACE_SHOWN: Final = "␣"

# Without these an emoji or a Persian word falls apart; they move nothing and hide nothing.
_JOINERS: Final = "\u200c\u200d"
_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str) -> str:
    """The text on one line, with every sign that a terminal would obey or hide written out: `\\x1b`, `\\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign_shown(sign) for sign in text)


def sign_shown(sign: str) -> str:
    """How one character is shown: a tab as an arrow, unusual spaces as ␣, what is invisible by its number."""
    if sign.isprintable() or sign in _JOINERS:
        return sign
    if sign == "\t":
        return TAB_SHOWN
    category = unicodedata.category(sign)
    if category == "Zs":
        return SPACE_SHOWN
    if category in _HIDDEN_CATEGORIES:
        number = ord(sign)
        return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
    return sign


def width_of(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(_width(sign) for sign in text)


def _width(sign: str) -> int:
    if sign in _JOINERS or unicodedata.category(sign) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1


def runs_leftwards(text: str) -> bool:
    """Whether letters written from right to left are in it: a terminal may reorder them, and columns mean nothing."""
    return any(unicodedata.bidirectional(sign) in ("R", "AL", "AN") for sign in text)
