"""Keep secrets and people's data out of what is printed: logs, errors, traces.

Every pattern here runs in linear time: bounded or possessive repetitions only, for the text may be a stranger's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

HIDDEN = "***"
DEPTH_MAX = 64
PHONE_DIGITS_SHORT = 8
PHONE_DIGITS_FULL = 11

# Up to three rounds of percent-encoding: a URL inside a query parameter of a URL of a URL.
_PERCENT = "%(?:25){0,3}"

_TOKEN_KEY = "api_token"  # noqa: S105 - a parameter's name
_TOKEN = re.compile(
    rf"""(?i)({_TOKEN_KEY}(?:\\?["'])?\s{{0,8}}(?:=|:|{_PERCENT}3D)\s{{0,8}}b?(?:\\?["'])?)[^&\s"'<>#\\;,)}}\]]++"""
)
_EMAIL = re.compile(r"(?<![\w.+\-])([\w.+\-]++)(@|%40)([\w.\-]++)")
# With a plus from 8 digits, without one from 10. Not inside a hexadecimal id and not a date; `%2B` is an encoded plus.
_PHONE = re.compile(
    r"(?:(?<![\da-fA-F+])|(?<=%2[Bb]))(?!\d{4}-\d\d-\d\d)"
    r"(?:\+?\d{11,15}(?!\d)|\+\d(?:[ \u00a0().\-]{0,3}\d){7,14}|\d(?:[ \u00a0().\-]{0,3}\d){9,14})(?!\d)"
)


class Scrubber:
    """Replaces known secrets, however they are spelled in a URL, in JSON or in a repr, by `***`."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = frozenset(secret for secret in secrets if secret)
        longest_first = sorted(self._secrets, key=len, reverse=True)
        self._known = re.compile("|".join(map(_spellings, longest_first))) if longest_first else None

    def __repr__(self) -> str:
        return f"Scrubber({len(self._secrets)} secrets)"

    def scrub(self, text: str) -> str:
        """`text` without any secret, and without the value of any `api_token=`."""
        known = self._known.sub(HIDDEN, text) if self._known else text
        return _TOKEN.sub(rf"\g<1>{HIDDEN}", known)

    def scrub_tree(self, value: Any) -> Any:
        """The same for nested dicts (keys too), lists, tuples, sets, texts, bytes and numbers; other objects stay.

        What lies deeper than DEPTH_MAX is replaced whole.
        """
        return self._tree(value, DEPTH_MAX)

    def _tree(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self.scrub(value)
        if isinstance(value, bytes | bytearray):
            return self.scrub(value.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        if isinstance(value, int | float):
            return HIDDEN if str(value) in self._secrets else value
        if isinstance(value, dict | list | tuple | set | frozenset):
            return self._inside(value, depth - 1) if depth > 0 else HIDDEN
        return value

    def _inside(self, value: Any, depth: int) -> Any:
        if isinstance(value, dict):
            return {self._tree(key, depth): self._entry(key, each, depth) for key, each in value.items()}
        scrubbed = [self._tree(each, depth) for each in value]
        kind = next(kind for kind in (list, tuple, set, frozenset) if isinstance(value, kind))
        return kind(scrubbed)

    def _entry(self, key: Any, value: Any, depth: int) -> Any:
        if isinstance(key, str) and key.lower() == _TOKEN_KEY and value is not None:
            return HIDDEN
        return self._tree(value, depth)


def _spellings(secret: str) -> str:
    return "".join(_spellings_of_character(character) for character in secret)


def _spellings_of_character(character: str) -> str:
    code = ord(character)
    percent = "".join(f"{_PERCENT}{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))
    forms = [rf"\\{{0,2}}{re.escape(character)}", f"(?i:{percent})", rf"(?i:\\\\?u{code:04x})"]
    if character == " ":
        forms.append(r"\+")
    if character in "&<>\"'":
        named = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}[character]
        forms.append(f"(?i:&(?:{named}|#0?{code}|#x0?{code:x});)")
    return f"(?:{'|'.join(forms)})"


def mask_phone(phone: str) -> str:
    """+79000000001 as +7900***0001; a shorter number shows less, one under 8 digits nothing."""
    digits = re.sub(r"\D", "", phone)
    plus = "+" if phone.lstrip().startswith("+") else ""
    if len(digits) >= PHONE_DIGITS_FULL:
        return f"{plus}{digits[:4]}{HIDDEN}{digits[-4:]}"
    if len(digits) >= PHONE_DIGITS_SHORT:
        return f"{plus}{digits[:2]}{HIDDEN}{digits[-2:]}"
    return HIDDEN


def mask_email(email: str) -> str:
    """anna@example.com as a***@example.com; what is no address shows nothing."""
    local, at, domain = email.strip().rpartition("@")
    return f"{local[:1]}{HIDDEN}@{domain}" if at and local and domain else HIDDEN


def mask_people(text: str) -> str:
    """`text` with the phones and e-mails in it masked. When in doubt a long number counts as a phone."""
    without_emails = _EMAIL.sub(lambda found: f"{found[1][:1]}{HIDDEN}{found[2]}{found[3]}", text)
    return _PHONE.sub(lambda found: mask_phone(found[0]), without_emails)
