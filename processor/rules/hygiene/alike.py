"""Names one typo apart: two tags where one was meant."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from processor.fault import Fault
from processor.rules.hygiene.found import warning
from processor.rules.hygiene.letters import skeleton
from processor.rules.hygiene.written import Effect, Kind, Written
from processor.rules.report import named
from processor.text import Text, one_typo

LETTERS_MIN: Final = 6
"""Shorter words that differ in a letter are mostly two words: «Июнь» and «Июль»."""

CHARACTERS_MAX: Final = 80

_PRINTED: Final = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_STAND_INS: Final = 0xE100
_STAND_INS_MAX: Final = 0x1000

_KINDS: Final[Mapping[Kind, Text]] = {
    "tag": Text("тег", "tag"),
    "status": Text("статус", "status"),
    "variable": Text("переменная", "variable"),
}


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    effect: Effect
    times: int


def alike(rules: Sequence[Written]) -> Iterator[Fault]:
    """One warning for each name that seems to be a slip of another, at the first place of the rarer one."""
    for kind, word in _KINDS.items():
        named_here = [(_text(effect), effect) for one in rules for effect in one.effects if effect.kind == kind]
        times = Counter(text for text, _ in named_here)
        first: dict[str, Effect] = {}
        for text, effect in named_here:
            first.setdefault(text, effect)
        names = [_Name(text, effect, times[text]) for text, effect in first.items()]
        for slip, meant in _pairs(names):
            yield _said(word, slip, meant)


def _text(effect: Effect) -> str:
    return (effect.value or "") if effect.kind == "status" else effect.name


def _pairs(names: Sequence[_Name]) -> Iterator[tuple[_Name, _Name]]:
    """Each slip with the name that was probably meant, one for a slip."""
    stand_ins: dict[str, str] = {}
    bones = {name.text: skeleton(_closed(name.text, stand_ins)) for name in names}
    order = {name.text: at for at, name in enumerate(names)}
    found: dict[str, _Name] = {}
    by_text = {name.text: name for name in names}
    for left, right in _candidates(bones):
        if not _is_slip(bones[left], bones[right]):
            continue
        one, other = by_text[left], by_text[right]
        # The rarer of the two is the slip; of two equally rare ones the later.
        slip, meant = sorted((one, other), key=lambda name: (name.times, -order[name.text]))
        found.setdefault(slip.text, meant)
    for text, meant in sorted(found.items(), key=lambda pair: order[pair[0]]):
        yield by_text[text], meant


def _closed(text: str, stand_ins: dict[str, str]) -> str:
    """The text with everything that is filled in replaced by one sign for each way of filling in."""

    def sign(found: re.Match[str]) -> str:
        inner = " ".join(found[0].split())
        return stand_ins.setdefault(inner, chr(_STAND_INS + len(stand_ins) % _STAND_INS_MAX))

    return _PRINTED.sub(sign, text)


def _candidates(bones: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs that share a neighbour: the text itself, or the text less one letter."""
    near: dict[str, list[str]] = defaultdict(list)
    for text, bone in bones.items():
        near[bone].append(text)
        if len(bone) <= CHARACTERS_MAX:
            letters = (at for at, sign in enumerate(bone) if sign.isalpha() or sign == " ")
            for key in {bone[:at] + bone[at + 1 :] for at in letters}:
                near[key].append(text)
    seen: set[tuple[str, str]] = set()
    for texts in near.values():
        for at, left in enumerate(texts):
            for right in texts[at + 1 :]:
                if (left, right) not in seen:
                    seen.add((left, right))
                    yield left, right


def _is_slip(left: str, right: str) -> bool:
    """Whether two skeletons are the same, or one typo of one long word apart."""
    if left == right:
        return True
    if not one_typo(left, right):
        return False
    if left.replace(" ", "") == right.replace(" ", ""):
        return len(left) > LETTERS_MIN
    words, others = left.split(), right.split()
    if len(words) != len(others):
        return False
    differing = [(word, other) for word, other in zip(words, others, strict=True) if word != other]
    return len(differing) == 1 and _is_typo(*differing[0])


def _is_typo(word: str, other: str) -> bool:
    both = word + other
    return (
        min(len(word), len(other)) >= LETTERS_MIN
        and word[0] == other[0]
        and all(sign.isalpha() or sign in "-_" for sign in both)
    )


def _said(kind: Text, slip: _Name, meant: _Name) -> Fault:
    line = meant.effect.scalar.place.line
    mine, other = named(slip.text), named(meant.text)
    text = Text(
        f"{kind.ru} «{mine}» почти как «{other}» (строка {line}){_hint(slip.text, meant.text).ru}",
        f'{kind.en} "{mine}" is almost "{other}" (line {line}){_hint(slip.text, meant.text).en}',
    )
    return warning(f"{slip.effect.kind}.alike", text, slip.effect.scalar.place, None, meant.text, meant.text)


def _hint(mine: str, other: str) -> Text:
    """What the eye does not see."""
    if " ".join(mine.split()) == " ".join(other.split()):
        return Text(": пробелы разные", ": the spaces differ")
    if mine.casefold() == other.casefold():
        return Text(": разный регистр", ": the case differs")
    if mine.casefold().replace("ё", "е") == other.casefold().replace("ё", "е"):
        return Text(": е вместо ё", ": е instead of ё")
    if skeleton(mine) == skeleton(other):
        return Text(": похожие буквы другого алфавита", ": letters of another alphabet that look the same")
    return Text("", "")
