"""Read a body for what it is, whatever its content type claims."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec

from processor.errors import Unreadable
from processor.sources.form import Pair, decode_text, nest, read_multipart, read_pairs
from processor.sources.keep import encodable
from processor.text import Text

DEPTH_MAX: Final = 64
INTEGER_DIGITS_MAX: Final = 18  # a longer number is an id: it stays text, since not everybody counts beyond 2^63
NUMBER_CHARACTERS_MAX: Final = 400
BODIES_REMEMBERED_MAX: Final = 2

# Most bodies show at a glance that they need no walk: few brackets, no long number.
_LONG_NUMBER = re.compile(rb"[0-9]{19}")
_JSON_STARTS = (b"{", b"[")
_BLANKS = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Body:
    """A body as read: `tree` of dicts, lists, texts, numbers, booleans and None; `pairs` are a form's flat fields."""

    kind: Literal["json", "form", "empty"]
    tree: Any
    pairs: tuple[Pair, ...] = ()


EMPTY: Final = Body("empty", {})


def read_body(body: bytes, content_type: str = "") -> Body:
    """JSON when it begins as JSON, multipart when it is called so, else a form. Raises Unreadable."""
    start = body[:64].removeprefix(_BOM).lstrip(_BLANKS)
    if not start and not body.strip(_BLANKS):
        return EMPTY
    if start.startswith(_JSON_STARTS) or (not start and body.lstrip(_BLANKS).startswith(_JSON_STARTS)):
        return Body("json", read_json(body))
    if content_type[:64].lower().lstrip().startswith("multipart/"):
        return _as_form(read_multipart(body, content_type))
    if b"=" not in body and "json" in content_type[:200].lower():
        raise _not_json(None)
    return _as_form(read_pairs(decode_text(body.strip(_BLANKS))))


@lru_cache(maxsize=BODIES_REMEMBERED_MAX)
def read_body_once(body: bytes, content_type: str = "") -> Body:
    """`read_body` for the questions at the door, which come one after the other; nobody may change it."""
    return read_body(body, content_type)


def opened(value: Any) -> Any:
    """What a text of JSON holds, as senders put one into a field of a form; anything else as it is."""
    if not isinstance(value, str) or not value[:64].lstrip().startswith(("{", "[", '"')):
        return value
    try:
        return read_json(value)
    except Unreadable:
        return value


def read_mapping(body: bytes, content_type: str = "") -> Mapping[str, Any]:
    """The fields at the top of a body; an empty list counts as no fields, as PHP writes them. Raises Unreadable."""
    tree = read_body(body, content_type).tree
    return as_mapping(tree)


def as_mapping(tree: Any) -> dict[str, Any]:
    """`tree` when it is a mapping. Raises Unreadable."""
    if isinstance(tree, dict):
        return tree
    if tree == []:
        return {}
    raise Unreadable(
        Text("Ожидался объект JSON с полями, а пришло другое.", "A JSON object with fields is expected, not this.")
    )


def read_json(body: bytes | str) -> Any:
    """A JSON text; NaN and Infinity become None, numbers above 18 digits become text. Raises Unreadable."""
    octets = body.encode("utf-8", "replace") if isinstance(body, str) else body
    try:
        tree = msgspec.json.decode(octets)
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        tree = _read_tolerantly(octets)
        return _bounded(tree, DEPTH_MAX)
    plain = octets.count(b"{") + octets.count(b"[") <= DEPTH_MAX and not _LONG_NUMBER.search(octets)
    return tree if plain else _bounded(tree, DEPTH_MAX)


def _as_form(pairs: list[Pair]) -> Body:
    return Body("form", nest(pairs), tuple(pairs))


def _read_tolerantly(octets: bytes) -> Any:
    """What the strict reader refuses: a byte order mark, cp1251, line breaks in texts, NaN, halves of surrogates."""
    try:
        return json.loads(
            decode_text(octets).strip("\ufeff \t\r\n"),
            parse_constant=lambda _: None,
            parse_int=_integer,
            parse_float=_real,
            strict=False,
        )
    except json.JSONDecodeError as error:
        raise _not_json(error) from None
    except ValueError:
        raise _not_json(None) from None
    except RecursionError:
        raise _too_deep() from None


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= INTEGER_DIGITS_MAX else text[:NUMBER_CHARACTERS_MAX]


def _real(text: str) -> float | None:
    number = float(text)
    return number if abs(number) != float("inf") else None


def _bounded(tree: Any, depth: int) -> Any:
    """`tree` with long numbers as text and every text encodable. Raises Unreadable when it is nested too deep."""
    if isinstance(tree, str):
        return encodable(tree)
    if isinstance(tree, int) and abs(tree) >= 10**INTEGER_DIGITS_MAX:
        return str(tree)[:NUMBER_CHARACTERS_MAX]
    if not isinstance(tree, dict | list):
        return tree
    if depth <= 0:
        raise _too_deep()
    if isinstance(tree, list):
        return [_bounded(value, depth - 1) for value in tree]
    return {encodable(name): _bounded(value, depth - 1) for name, value in tree.items()}


def _too_deep() -> Unreadable:
    return Unreadable(
        Text(f"JSON вложен глубже {DEPTH_MAX} уровней.", f"The JSON is nested deeper than {DEPTH_MAX} levels.")
    )


def _not_json(error: json.JSONDecodeError | None) -> Unreadable:
    ru, en = (
        (f": строка {error.lineno}, знак {error.colno}", f": line {error.lineno}, character {error.colno}")
        if error
        else ("", "")
    )
    return Unreadable(Text(f"Это не JSON{ru}.", f"This is not JSON{en}."))
