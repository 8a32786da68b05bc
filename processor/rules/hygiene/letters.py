"""Letters that look alike: a Latin a in a Russian word is found by nobody who searches for it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LATIN: Final = "aceopxyABCEHKMOPTXY"
_CYRILLIC: Final = "асеорхуАВСЕНКМОРТХУ"
TO_CYRILLIC: Final = str.maketrans(_LATIN, _CYRILLIC)
TO_LATIN: Final = str.maketrans(_CYRILLIC, _LATIN)

# Small letters too, where only the capitals look alike: the case is aside.
_SKELETON: Final = str.maketrans(_LATIN.lower(), _CYRILLIC.lower())

_WORD: Final = re.compile(r"[^\W\d_]+")
_IS_LATIN: Final = re.compile(r"[A-Za-z]")
_IS_CYRILLIC: Final = re.compile(r"[Ѐ-ӿ]")


def unmixed(word: str) -> str | None:
    """The word in one alphabet, if it mixes two and the odd letters have a twin in the other; else None."""
    latin, cyrillic = _IS_LATIN.findall(word), _IS_CYRILLIC.findall(word)
    if not latin or not cyrillic:
        return None
    ways = (
        (word.translate(TO_CYRILLIC), _IS_LATIN, len(latin)),
        (word.translate(TO_LATIN), _IS_CYRILLIC, len(cyrillic)),
    )
    good = [(changed, way) for way, foreign, changed in ways if not foreign.search(way)]
    return min(good, key=lambda one: one[0])[1] if good else None


def mixed_words(text: str) -> tuple[tuple[str, str], ...]:
    """Each word that mixes alphabets by mistake, with the word that was meant."""
    found = ((word, unmixed(word)) for word in _WORD.findall(text))
    return tuple((word, meant) for word, meant in found if meant is not None)


def skeleton(text: str) -> str:
    """The same for texts that a hasty eye takes for the same: case, spaces, ё, and letters that look alike aside."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    return plain.casefold().translate(_SKELETON).replace("ё", "е")
