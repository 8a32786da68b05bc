"""Find in what a person typed the pieces that may be a phone, in plain ASCII."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from processor.domain.unescape import entities_read

PLAIN: Final = str.maketrans("_~[]{}'\"`*", " " * 10)

# What a person writes beside a phone, or instead of it, and what some country would take for one.
_NO_PHONES = re.compile(
    r"(?i)"
    r"[^\s,;/|<>()]*@(?!c\.us|s\.whatsapp)[^\s,;/|<>()]*"  # an address or a nickname: its digits are a part of a name
    r"|\b(?:инн|кпп|огрн|огрнип|снилс|бик|артикул|sku|imei|id)[\s:#.]*(?:no)?[\s:#.]*[0-9][0-9\-]*"
    r"|\b(?:заказа?|сч[её]т|договор|order|invoice)\s*(?:#|no\b|номер)[\s:#.]*[0-9][0-9\-]*"
    r"|\bпаспорт[а-я]*[\s:#.]*[0-9]{2} ?[0-9]{2} ?[0-9]{6}"
    r"|(?<![0-9.])(?:0?[1-9]|[12][0-9]|3[01])([./\-])(?:0?[1-9]|1[0-2])\1(?:19|20)[0-9]{2}(?![0-9])"
    r"|(?<![0-9])(?:19|20)[0-9]{2}([./\-])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12][0-9]|3[01])(?![0-9])"
    r"|(?<![0-9])[0-9]{3}-[0-9]{3}-[0-9]{3}[ \-][0-9]{2}(?![0-9])"  # СНИЛС
    r"|(?<![0-9])[0-9]{4}([ \-])[0-9]{4}\3[0-9]{4}\3[0-9]{4}(?![0-9])"  # a bank card
    r"|(?<![0-9])(?:30|40|42)[0-9]{3}(?:810|840|978|398|643)[0-9]{12}(?![0-9])"  # a bank account
)
_POWER_OF_TEN = re.compile(r"([0-9])[.,]([0-9]+)[EeЕе]\+?([0-9]{1,2})")  # as spreadsheets write long numbers
_FRACTION = re.compile(r"(?<=[0-9]{10})[.,]0{1,2}(?![0-9])")
_RUN = re.compile(r"[+0-9()\-. ]+")
_ONE = re.compile(r"\++[^+]*|[^+]+")
_WORDLESS = re.compile(r"[^\W\d_]+|:")
_NOT_DIGITS = re.compile(r"[^0-9]+")


def plain_text(text: str) -> str:
    """`text` in ASCII where it can be: its escapes read, what nobody sees dropped, what is surely no phone cut out."""
    if "%" in text:
        text = unquote(text)
    text = entities_read(text)
    if not text.isascii():
        text = "".join(sign if sign.isascii() else _sign_in_ascii(sign) for sign in text)
    text = _FRACTION.sub("", _POWER_OF_TEN.sub(_written_out, text))
    return _NO_PHONES.sub("\n", text).translate(PLAIN)


def pieces(plain: str) -> Iterator[str]:
    """The stretches of digits, brackets, dashes, dots and spaces; a plus begins a new one."""
    for run in _RUN.findall(plain):
        yield from _ONE.findall(run)


def joined_pieces(plain: str) -> Iterator[str]:
    """Whatever stands between two words, as one number: "8/999/123-45-67"."""
    for stretch in _WORDLESS.split(plain):
        yield "+" * ("+" in stretch) + _NOT_DIGITS.sub(" ", stretch).lstrip()


def _sign_in_ascii(sign: str) -> str:
    """A digit of any alphabet as 0-9, any dash as "-", any space as " "; a mark that nobody sees as nothing."""
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    category = unicodedata.category(sign)
    if category in ("Cf", "Mn", "Me"):
        return ""
    if category in ("Pd", "Sm") and sign != "＋":
        return "-"
    return " " if category == "Zs" else unicodedata.normalize("NFKC", sign)


def _written_out(found: re.Match[str]) -> str:
    """7.9000000001E+10 is a whole number; 7.9E+10 has lost its digits."""
    digits = found[1] + found[2]
    return digits if len(digits) == int(found[3]) + 1 else "\n"
