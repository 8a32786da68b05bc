"""What lies in the repository may be read by anybody: no secrets, no real people, no ways that end elsewhere."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path

from tests.code.tree import ROOT, files, none

_OUTSIDE = re.compile(r"\.\./shared|(?<!\w)\.library\b|(?<!\w)/work/")
_PHONE = re.compile(
    r"(?<![\d.])\+?[78][ \u00a0(-]{0,2}9\d{2}[ \u00a0)-]{0,2}\d{3}[ \u00a0-]?\d{2}[ \u00a0-]?\d{2}(?![\d.])"
)
_LONG = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")
_HASHES = {"uv.lock": "digests of packages"}
_INVENTED = "9000000"
_BITS_MIN = 3.8


def _lines() -> list[tuple[Path, int, str]]:
    found = []
    for path in files():
        try:
            text = (ROOT / path).read_text("utf-8")
        except UnicodeDecodeError:  # a picture
            continue
        found += [(path, number, line) for number, line in enumerate(text.splitlines(), 1)]
    return found


def test_nothing_points_outside_the_repository() -> None:
    here = Path(__file__).relative_to(ROOT)
    none(
        (f"{path}:{n} {line.strip()[:80]}" for path, n, line in _lines() if path != here and _OUTSIDE.search(line)),
        "Whoever clones the repository does not have this file.",
    )


def test_nothing_looks_like_a_real_secret() -> None:
    none(
        (
            f"{path}:{n} {found[0][:12]}…"
            for path, n, line in _lines()
            if path.parts[0] != "tests" and path.name not in _HASHES
            for found in _LONG.finditer(line)
            if _random(found[0])
        ),
        "Take the secret out and revoke it; an example is a word such as demo-shop-secret.",
    )


def _random(text: str) -> bool:
    """Whether a text looks like chance rather than words: digits and letters, spread evenly."""
    mixed = sum(bool(re.search(kind, text)) for kind in ("[0-9]", "[a-z]", "[A-Z]")) >= 2 and re.search("[0-9]", text)
    counts = Counter(text).values()
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counts)
    return bool(mixed) and (bits >= _BITS_MIN or bool(re.fullmatch("[0-9a-fA-F]{32,}", text)))


def test_a_secret_is_told_from_a_name() -> None:
    assert _random("sk4f9Qz7LmX2vB8nT1cR6yW3hJ5kD0pA")
    assert _random("9f86d081884c7d659a2feaa0c55ad015")
    assert not _random("test_a_repetition_has_the_same_key_and_another_submission_another")


def test_every_phone_is_an_invented_one() -> None:
    found = []
    for path, number, line in _lines():
        for phone in () if path.name in _HASHES else _PHONE.finditer(line):
            digits = re.sub(r"\D", "", phone[0])
            if not digits[1:].startswith(_INVENTED):
                found.append(f"{path}:{number} {phone[0]}")
    none(found, f"Example numbers are +7 {_INVENTED[:3]} {_INVENTED[3:6]}-0x-xx: nobody has them.")
