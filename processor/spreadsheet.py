"""Cells of a CSV that no spreadsheet runs as a formula."""

from __future__ import annotations

import re

# A full-width sign counts too: spreadsheets of some languages read it as its plain twin.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PHONE = re.compile(r"\+[0-9]{7,15}")


def harmless(cell: str) -> str:
    """`cell` with a leading apostrophe where a spreadsheet would run it."""
    return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) else cell


def harmless_or_phone(cell: str) -> str:
    """The same, but a plus with digits and nothing else stays: other programs must find the same phone."""
    return cell if _PHONE.fullmatch(cell) else harmless(cell)
