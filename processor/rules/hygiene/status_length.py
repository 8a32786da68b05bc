"""Statuses that will not fit: what a template always writes, or a field that is mostly long, is more than is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from processor.domain.plan import STATUS_CHARACTERS_MAX
from processor.fault import Fault
from processor.rules.hygiene.found import warning
from processor.rules.hygiene.written import Effect, Written
from processor.rules.report import named
from processor.text import Text

_TOKEN: Final = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
_TAG: Final = re.compile(r"\{%-?\s*(\w+)")
_LONG: Final = re.compile(r"\{\{-?\s*(order\.comment|page\.url|page\.referrer)\b([^}]*)\}\}")
_SHORTENING: Final = ("truncate", "truncatewords", "slice", "split", "size", "first", "last")
_CHOICES: Final = ("if", "unless", "case")
_NEXT: Final = ("else", "elsif", "when")
_UNSURE: Final = ("for", "capture", "comment")

_LIMIT: Final = Text(f"не больше {STATUS_CHARACTERS_MAX} символов", f"at most {STATUS_CHARACTERS_MAX} characters")


def status_lengths(rules: Sequence[Written]) -> Iterator[Fault]:
    """A warning for each status whose template gives, or may well give, more than Watbot takes."""
    for written in rules:
        for effect in written.effects:
            if effect.kind == "status" and "{" in (effect.value or ""):
                fault = _judged(effect, effect.value or "")
                if fault is not None:
                    yield fault


def _judged(effect: Effect, source: str) -> Fault | None:
    length = certain_length(source)
    if length > STATUS_CHARACTERS_MAX:
        text = Text(
            f"статус не поместится: в нём не меньше {length} символов, что бы ни подставилось",
            f"the status will not fit: it has at least {length} characters, whatever is filled in",
        )
        return warning("status.too_long", text, effect.scalar.place, _LIMIT)
    found = _LONG.search(source)
    if found is None or any(name in found[2] for name in _SHORTENING):
        return None
    field = found[1]
    text = Text(
        f"статус может не поместиться: {field} бывает длинным",
        f"the status may not fit: {field} is often long",
    )
    fix = source.replace(found[0], "{{ " + f"{field}{found[2].rstrip(' -')} | truncate: {_room(source)}" + " }}", 1)
    return warning("status.too_long", text, effect.scalar.place, _LIMIT, named(fix), fix)


def _room(source: str) -> int:
    outputs = len(re.findall(r"\{\{", source))
    return max(1, STATUS_CHARACTERS_MAX - certain_length(source) + 1 - 10 * (outputs - 1))


@dataclass(slots=True)
class _Block:
    """A tag that is open: the longest of its branches so far, and the present one; `counts`: it is certain to come."""

    counts: bool
    longest: int = 0
    here: int = 0


def certain_length(source: str) -> int:
    """The least length of the text on the longest way through its choices: its own letters, one for each value."""
    trims = "{%-" in source or "-%}" in source or "{{-" in source or "-}}" in source
    blocks = [_Block(counts=True)]
    for token in _TOKEN.split(source.strip()):
        tag = _TAG.match(token)
        if tag is None:
            blocks[-1].here += _length(token, trims=trims)
        elif tag[1] in (*_CHOICES, *_UNSURE):
            blocks.append(_Block(counts=tag[1] in _CHOICES))
        elif tag[1] in _NEXT:
            blocks[-1].longest, blocks[-1].here = max(blocks[-1].longest, blocks[-1].here), 0
        elif tag[1].startswith("end") and len(blocks) > 1:
            block = blocks.pop()
            blocks[-1].here += max(block.longest, block.here) if block.counts else 0
    return blocks[0].here


def _length(token: str, *, trims: bool) -> int:
    if token.startswith("{{"):
        return 1
    return len("".join(token.split())) if trims else len(token)
