"""How long: 30s, 15m, 2h, 7d, 1h30m, and as people say it: 2 часа, 30 мин, 7 дней."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

SPAN_CHARACTERS_MAX: Final = 60
UNIT_MS: Final[Mapping[str, int]] = MappingProxyType(
    {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}
)

UNIT_WORDS: Final[Mapping[str, str]] = {
    "ms": "ms мс миллисекунда миллисекунды миллисекунд millisecond milliseconds",
    "s": "s с сек секунда секунду секунды секунд sec second seconds",
    "m": "m м мин минута минуту минуты минут min minute minutes",
    "h": "h ч час часа часов hour hours",
    "d": "d д дн день дня дней сутки суток day days",
    "w": "w н нед неделя неделю недели недель week weeks",
}
_UNIT_OF: Final = {word: unit for unit, words in UNIT_WORDS.items() for word in words.split()}
_PIECE = re.compile(r"\s*([0-9]{1,9})\s*([a-zа-я]{1,12})\.?", re.IGNORECASE)


@lru_cache(maxsize=1_024)
def span_of(text: str) -> tuple[int, frozenset[str]] | None:
    """Milliseconds, and the units used; None when `text` says no length of time."""
    if len(text) > SPAN_CHARACTERS_MAX:
        return None
    at, total_ms, units = 0, 0, set[str]()
    while at < len(text.rstrip()):
        piece = _PIECE.match(text, at)
        unit = _UNIT_OF.get(piece[2].casefold()) if piece else None
        if piece is None or unit is None or unit in units:
            return None
        units.add(unit)
        total_ms += int(piece[1]) * UNIT_MS[unit]
        at = piece.end()
    return (total_ms, frozenset(units)) if units else None
