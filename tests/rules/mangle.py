"""Rules files mangled as people, editors and attackers would: the same random numbers give the same texts."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

from processor.rules.compile import RULE_KEYS, TOP_KEYS
from processor.rules.effects import KEYS as EFFECTS
from processor.rules.operators import TESTS
from processor.rules.sources import KEYS as SOURCE_KEYS

SIGNS: Final = (
    "{}[]:,&*!|>'\"%@`#-?\t\n\r $\\~<=«»“”„’–—−：，"
    "\u3000\u00a0\u200b\u202e\ufeff\u2028\x85\x07\x1b\ue000\ud800\u0301שא👍注"
)
PIECES: Final = (
    *SIGNS,
    "{{ order.number }}",
    "{{ order.nomber",
    "{% if order.paid %}",
    "{% for i in (1..9) %}",
    "| default: «нет»",
    "${X:-y}",
    "${",
    "<<: *a",
    "&a ",
    "*a",
    "\n---\n",
    "\n- ",
    "\n\t- ",
    "!!binary ",
    "!Важно",
    "1e999999999",
    '\\U7fffffff"',
    "теги: ",
    "когда:",
    "tаgs: ",
    "5 000,50 руб.",
    "- - - ",
    "? ",
    "|\n",
    ">-\n",
)
WORDS: Final = (
    *TOP_KEYS,
    *RULE_KEYS,
    *EFFECTS,
    *TESTS,
    *SOURCE_KEYS,
    "any",
    "all",
    "not",
    "order.total",
    'form.fields."Ваш телефон"',
)
Mangler = Callable[[random.Random, str], str]


def _put_in(chance: random.Random, text: str) -> str:
    at = chance.randint(0, len(text))
    piece: str = chance.choice(PIECES)
    return text[:at] + piece + text[at:]


def _cut_out(chance: random.Random, text: str) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + text[at + chance.randint(1, 20) :]


def _double(chance: random.Random, text: str) -> str:
    at, length = chance.randint(0, len(text)), chance.randint(1, 60)
    return text[: at + length] + text[at:]


def _replace(chance: random.Random, text: str) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice(SIGNS) + text[at + 1 :]


def _indent(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    lines[at] = chance.choice((" ", "  ", "\t", "\u00a0", "\u3000")) * chance.randint(0, 4) + lines[at].lstrip()
    return "\n".join(lines)


def _shuffle(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    left, right = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[left], lines[right] = lines[right], lines[left]
    return "\n".join(lines)


def _word(chance: random.Random, text: str) -> str:
    at = chance.randint(0, len(text))
    return f"{text[:at]}{chance.choice(WORDS)}{chance.choice((':', ': ', ' ', '：', ''))}{text[at:]}"


MANGLERS: Final[tuple[Mangler, ...]] = (_put_in, _cut_out, _double, _replace, _indent, _shuffle, _word)


def mangled(chance: random.Random, texts: Sequence[str]) -> str:
    """One of the texts with a few mistakes more, or a soup of words and signs."""
    kind = chance.random()
    if kind < 0.05:
        return "".join(chr(chance.choice((chance.randrange(0x80), chance.randrange(0x3000)))) for _ in range(200))
    if kind < 0.15:
        return "".join(_soup(chance) for _ in range(chance.randint(1, 60)))
    text = chance.choice(texts)
    for _ in range(chance.randint(1, 5)):
        text = chance.choice(MANGLERS)(chance, text)
    return text


def _soup(chance: random.Random) -> str:
    piece = chance.choice(PIECES) if chance.random() < 0.5 else f"{chance.choice(WORDS)}: "
    return chance.choice(("", "\n", "\n  ", "\n    ")) + piece
