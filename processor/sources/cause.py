"""What more may be behind a refused proof: the right key at the wrong place, or what belongs to another source of ours.

For the owner's eyes only: none of this is told to the sender. Every comparison is in constant time, and how many there
are is bounded; callers bound how often.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from processor.domain.delivery import Inbound
from processor.domain.source import Source
from processor.errors import ProofRefused, Unreadable
from processor.sources.body import read_mapping
from processor.sources.form import read_pairs
from processor.sources.keep import encodable
from processor.sources.registry import preset_of
from processor.sources.token import is_known
from processor.text import Text

BODY_BYTES_MAX: Final = 64 * 1024
SOURCES_MAX: Final = 10
PLACES_MAX: Final = 100
NAME_CHARACTERS_MAX: Final = 60


def cause_of(inbound: Inbound, source: Source, others: Iterable[Source], now_ms: int) -> Text | None:
    """Why `inbound` was refused for `source`, as far as its own proof could not see it; None when nothing is found."""
    if len(inbound.body) > BODY_BYTES_MAX:
        return None
    return _misplaced(inbound, source) or _belongs_elsewhere(inbound, source, others, now_ms)


def _misplaced(inbound: Inbound, source: Source) -> Text | None:
    accepted = source.keys
    for where, presented in islice(_places(inbound), PLACES_MAX):
        if is_known((presented, presented.strip()), accepted):
            return Text(
                f"Верный ключ пришёл, но не туда: {where.ru}. Там его не ищем.",
                f"The right key did come, but to the wrong place: {where.en}. It is not looked for there.",
            )
    return None


def _places(inbound: Inbound) -> Iterator[tuple[Text, str]]:
    """Every value of a request that may be a key by itself, and where it stands."""
    for name, value in inbound.headers.items():
        where = _named("заголовок", "the header", name)
        yield where, value
        scheme, _, rest = value.strip().partition(" ")
        if rest:
            yield where, rest.strip()
        if scheme.lower() == "basic":
            user, _, password = _decoded(rest).partition(":")
            yield where, user
            yield where, password
    for name, value in _query(inbound.query):
        yield _named("параметр адреса", "the parameter of the address", name), value
    for name, value in _fields(inbound):
        if isinstance(value, str | int):
            yield _named("поле тела", "the field of the body", name), str(value)


def _belongs_elsewhere(inbound: Inbound, source: Source, others: Iterable[Source], now_ms: int) -> Text | None:
    if source.accounts and _proves(inbound, replace(source, accounts=()), now_ms):
        return None  # the proof is right, only the account is another
    candidates = (one for one in others if one.name != source.name and one.proof != "none")
    for other in islice(candidates, SOURCES_MAX):
        with_its_keys = replace(source, secrets=other.secrets, tokens=other.tokens)
        if any(other.keys) and (_proves(inbound, other, now_ms) or _proves(inbound, with_its_keys, now_ms)):
            return Text(
                f"Подпись или ключ подходит источнику «{other.name}»: у отправителя указан его секрет или перепутан "
                f"адрес ({source.name} вместо {other.name}).",
                f'The signature or key fits the source "{other.name}": the sender has its secret, or the wrong address '
                f"({source.name} in place of {other.name}).",
            )
    return None


def _proves(inbound: Inbound, source: Source, now_ms: int) -> bool:
    try:
        preset_of(source).verify(inbound, source, now_ms)
    except ProofRefused:
        return False
    return True


def _named(ru: str, en: str, name: str) -> Text:
    shown = encodable(" ".join(name[:NAME_CHARACTERS_MAX].split()))
    return Text(f"{ru} {shown}", f"{en} {shown}")


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text.strip(), validate=True).decode("utf-8", "replace")
    except ValueError:
        return ""


def _query(query: str) -> Iterable[tuple[str, str]]:
    try:
        return read_pairs(encodable(query))
    except Unreadable:
        return ()


def _fields(inbound: Inbound) -> Iterable[tuple[str, Any]]:
    try:
        return read_mapping(inbound.body, inbound.headers.get("content-type", "")).items()
    except Unreadable:
        return ()
