"""Keep of a request what may be kept: no proof, no secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import unquote_plus

import msgspec

from processor.domain.delivery import Inbound
from processor.sources.token import KEY_NAMES, is_known

HEADER_CHARACTERS_MAX: Final = 2048
QUERY_PAIRS_MAX: Final = 1000
MASKED_CHARACTERS_MIN: Final = 8  # a shorter secret may be a part of any innocent word
MASK: Final = "***"

_JSON = msgspec.json.Encoder()
_NUMBER = re.compile(r"[0-9.eE+\-]+")


def keep_headers(inbound: Inbound, names: Iterable[str], secrets: Sequence[str] = ()) -> dict[str, str]:
    """The named headers that came, without `secrets`; a page's address among them loses what looks like a key."""
    kept: dict[str, str] = {}
    for name in names:
        value = inbound.headers.get(name)
        if value:
            text = encodable(_without_keys(value, secrets) if name == "referer" else value)[:HEADER_CHARACTERS_MAX]
            kept[name] = scrub(text, secrets)
    return kept


def keep_query(query: str, names: Sequence[str], secrets: Sequence[str]) -> str:
    """`query` without the parameters named in `names` (any case) and those whose value is one of `secrets`."""
    if not query:
        return ""
    pairs = encodable(query).split("&")
    return "&".join(pair for pair in pairs[: QUERY_PAIRS_MAX + 1] if pair and not _is_secret(pair, names, secrets))


def scrub(tree: Any, secrets: Sequence[str]) -> Any:
    """`tree` with every trace of `secrets` masked, in names and in values; a new tree when there was one."""
    told = [secret for secret in secrets if secret]
    if not told or _is_free(tree, told):
        return tree
    return _scrub(tree, frozenset(told), [s for s in told if len(s) >= MASKED_CHARACTERS_MIN])


def encodable(text: str) -> str:
    """`text` that can be written as UTF-8: halves of surrogate pairs become question marks."""
    if text.isascii():
        return text
    return text.encode(errors="replace").decode()


def _is_free(tree: Any, secrets: Sequence[str]) -> bool:
    """Whether surely no secret stands in `tree`. Almost no tree holds one, and writing it is cheaper than a walk.

    A secret is looked for as it would be written, escapes and all; numbers may be written in more ways than one.
    """
    try:
        written = _JSON.encode(tree)
        return not any(_JSON.encode(secret)[1:-1] in written or _NUMBER.fullmatch(secret) for secret in secrets)
    except (ValueError, TypeError, RecursionError):
        return False


def _scrub(tree: Any, whole: frozenset[str], parts: Sequence[str]) -> Any:
    if isinstance(tree, str):
        return _mask(tree, whole, parts)
    if isinstance(tree, dict):
        return {_mask(name, whole, parts): _scrub(value, whole, parts) for name, value in tree.items()}
    if isinstance(tree, list):
        return [_scrub(value, whole, parts) for value in tree]
    return MASK if isinstance(tree, int | float) and str(tree) in whole else tree


def _mask(text: str, whole: frozenset[str], parts: Sequence[str]) -> str:
    if text in whole:
        return MASK
    for part in parts:
        if part in text:
            text = text.replace(part, MASK)
    return text


def _without_keys(address: str, secrets: Sequence[str]) -> str:
    before, mark, query = address.partition("?")
    return before + mark + keep_query(query, KEY_NAMES, secrets) if mark else address


def _is_secret(pair: str, names: Sequence[str], secrets: Sequence[str]) -> bool:
    name, _, value = pair.partition("=")
    if unquote_plus(name).strip().lower() in names:
        return True
    return bool(secrets) and (is_known((unquote_plus(value),), secrets) or is_known((unquote_plus(name),), secrets))
