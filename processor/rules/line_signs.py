"""Signs by which the parts of one line of YAML are told apart."""

from __future__ import annotations

import re
from typing import Final

ODD_SPACE: Final = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff"
SIGNS: Final = "@`%"
"""No text may begin with these unless in quotes."""

QUOTED: Final = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""")
TEMPLATE: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
STRUCTURE: Final = re.compile(r"\s*(?:#|-\s|(?:- )*[^\s#'\"{\[][^'\"{\[]*?:(?:\s|$)|$)")
"""A line that begins an entry, or is empty: what stood open above it was not meant to go on."""
