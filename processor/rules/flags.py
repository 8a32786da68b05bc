"""Yes and no as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

FLAG_WORDS: Final[Mapping[str, bool]] = MappingProxyType(
    {
        **dict.fromkeys(("true", "yes", "on", "да", "вкл"), True),
        **dict.fromkeys(("false", "no", "off", "нет", "выкл"), False),
    }
)


def flag_word(text: str) -> bool | None:
    """What the word says; None when it is neither yes nor no."""
    return FLAG_WORDS.get(text.strip().casefold())
