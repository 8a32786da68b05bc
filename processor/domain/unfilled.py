"""Know the places of a template that nobody filled in: {utm_source}, {{contact.name}}, %name%, __CAMPAIGN_NAME__."""

from __future__ import annotations

import re
from typing import Final

PLACE_CHARACTERS_MAX: Final = 40

_NAMED = "utm[^\\]]{0,40}|source|medium|campaign|term|content|name|phone|email|имя"
_PLACES = re.compile(
    rf"\$?\{{[^{{}}]*\}}|<[A-Za-z_.]+>|(?i:\[(?:{_NAMED})\])|__[A-Z][A-Z_]{{1,{PLACE_CHARACTERS_MAX}}}?__"
)
_PERCENTS = re.compile(rf"\s*%[A-Za-z_.]{{3,{PLACE_CHARACTERS_MAX}}}%\s*")
_SEPARATORS: Final = " \t{}|_.,:;/+-\u2013\u2014\ufffd"


def is_unfilled(text: str) -> bool:
    """Whether `text` is nothing but such places and what separates them; so is a lone dash."""
    return bool(_PERCENTS.fullmatch(text)) or not _PLACES.sub("", text).strip(_SEPARATORS)
