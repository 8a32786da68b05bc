"""Read a form: urlencoded or multipart, PHP's brackets (`payment[products][0][name]`) as nested dicts and lists."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from python_multipart import exceptions as multipart_errors
from python_multipart import parse_form
from python_multipart.multipart import Field, File, parse_options_header

from processor.errors import Unreadable
from processor.text import Text

FIELDS_MAX: Final = 1000
DEPTH_MAX: Final = 16
NAME_CHARACTERS_MAX: Final = 500
# A form's names come again with every delivery; long ones are mostly somebody's nonsense.
NAMES_REMEMBERED_MAX: Final = 4096
REMEMBERED_CHARACTERS_MAX: Final = 120
ENCODINGS: Final = ("utf-8", "cp1251")

Pair = tuple[str, str]

_PERCENTS = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_PLAIN_PART = re.compile(
    rb'\r\nContent-Disposition: form-data; name="([^"\\\r\n]*)"\r\n'
    rb"(?:Content-Type: text/plain[^\r\n]{0,99}\r\n)?\r\n(.*)",
    re.DOTALL | re.IGNORECASE,
)


def read_pairs(text: str, fields_max: int = FIELDS_MAX) -> list[Pair]:
    """The fields of an urlencoded form or a query, in order. Percents are UTF-8, else cp1251. Raises Unreadable."""
    if not text:
        return []
    if text.count("&") >= fields_max:
        raise too_many_fields(fields_max)
    # Brackets part nothing, so they may be decoded all at once: PHP's names are full of them.
    text = text.replace("%5B", "[").replace("%5D", "]").replace("+", " ")
    for encoding in ENCODINGS:
        try:
            return [_decoded(pair, encoding) for pair in text.split("&") if pair]
        except UnicodeDecodeError:
            continue
    raise not_text()


def read_multipart(body: bytes, content_type: str) -> list[Pair]:
    """The fields of a multipart form, in order; files are left out, nothing touches the disk. Raises Unreadable."""
    fields = _plain_parts(body, content_type)
    if fields is None:
        fields = _any_parts(body, content_type)
    return [(decode_text(name), decode_text(value)) for name, value in fields]


def _plain_parts(body: bytes, content_type: str) -> list[tuple[bytes, bytes]] | None:
    """The fields of a form that holds nothing but plain fields, as form builders send it; None for any other.

    It is read as python-multipart reads it, in a tenth of the time: a form of Jotform has two dozen parts.
    """
    border = parse_options_header(content_type.encode("utf-8", "replace"))[1].get(b"boundary", b"")
    if not border or body.count(b"--" + border) > FIELDS_MAX:
        return None
    first, *parts = (b"\r\n" + body).split(b"\r\n--" + border)
    if first or len(parts) < 2 or parts.pop() not in (b"--", b"--\r\n"):
        return None
    found = [_PLAIN_PART.fullmatch(part) for part in parts]
    plain = [(part[1], part[2]) for part in found if part]
    return plain if len(plain) == len(parts) else None


def _any_parts(body: bytes, content_type: str) -> list[tuple[bytes, bytes]]:
    fields: list[tuple[bytes, bytes]] = []

    def keep(field: Field) -> None:
        if len(fields) >= FIELDS_MAX:
            raise too_many_fields()
        fields.append((field.field_name or b"", field.value or b""))

    def forget(file: File) -> None:
        file.close()

    # A file above a mebibyte would be spooled to the disk; bodies are bounded by as much before they come here.
    try:
        parse_form({"Content-Type": content_type.encode("utf-8", "replace")}, io.BytesIO(body), keep, forget)
    except (multipart_errors.FormParserError, ValueError, AttributeError, IndexError, OSError) as error:
        raise Unreadable(
            Text(
                "Форма multipart повреждена: границы частей не совпадают с объявленными.",
                "The multipart form is broken: its parts do not follow the boundary it declares.",
            )
        ) from error
    return fields


def nest(pairs: Iterable[Pair]) -> dict[str, Any]:
    """Fields as a tree. A plain name given twice becomes a list; names nested deeper than DEPTH_MAX stay plain."""
    tree: dict[str, Any] = {}
    bracketed = False
    for name, value in pairs:
        steps = (_steps_once if len(name) <= REMEMBERED_CHARACTERS_MAX else _steps)(name)
        if len(steps) == 1:
            _put_plain(tree, name, value)
        else:
            bracketed = True
            _put_nested(tree, steps, value)
    return {name: _lists(value) for name, value in tree.items()} if bracketed else tree


def decode_text(octets: bytes) -> str:
    """Bytes as text: UTF-8, else cp1251. Raises Unreadable."""
    for encoding in ENCODINGS:
        try:
            return octets.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    raise not_text()


def too_many_fields(fields_max: int = FIELDS_MAX) -> Unreadable:
    """The refusal of a form without end."""
    return Unreadable(
        Text(f"В форме больше {fields_max} полей.", f"The form has more than {fields_max} fields."),
    )


def not_text() -> Unreadable:
    """The refusal of bytes that are no text."""
    return Unreadable(
        Text("Это не текст: ни UTF-8, ни Windows-1251.", "This is no text: neither UTF-8 nor Windows-1251."),
    )


def _decoded(pair: str, encoding: str) -> Pair:
    """One field. urllib's parse_qsl does the same in twice the time, which counts for what is read at the door."""
    name, _, value = pair.partition("=")
    read = _unquoted_once if len(name) <= REMEMBERED_CHARACTERS_MAX else _unquoted
    return read(name, encoding), _unquoted(value, encoding)


def _unquoted(text: str, encoding: str) -> str:
    return _PERCENTS.sub(lambda run: _unhex(run[0], encoding), text) if "%" in text else text


_unquoted_once = lru_cache(maxsize=NAMES_REMEMBERED_MAX)(_unquoted)


def _unhex(percents: str, encoding: str) -> str:
    return bytes.fromhex(percents.replace("%", "")).decode(encoding)


def _steps(name: str) -> tuple[str, ...]:
    start = name.find("[")
    if start <= 0 or not name.endswith("]") or len(name) > NAME_CHARACTERS_MAX:
        return (name,)
    inner = name[start + 1 : -1].split("][")
    whole = name.count("[", start) == len(inner) == name.count("]", start)
    return (name[:start], *inner) if whole and len(inner) < DEPTH_MAX else (name,)


_steps_once = lru_cache(maxsize=NAMES_REMEMBERED_MAX)(_steps)


def _put_plain(tree: dict[str, Any], name: str, value: str) -> None:
    before = tree.get(name)
    if isinstance(before, list):
        before.append(value)
    else:
        tree[name] = [before, value] if isinstance(before, str) else value


def _put_nested(tree: dict[str, Any], steps: tuple[str, ...], value: str) -> None:
    for step in steps[:-1]:
        name = step or _next_index(tree)
        inner = tree.get(name)
        if not isinstance(inner, dict):
            inner = tree[name] = {}
        tree = inner
    tree[steps[-1] or _next_index(tree)] = value


def _next_index(tree: dict[str, Any]) -> str:
    index = len(tree)
    while str(index) in tree:
        index += 1
    return str(index)


def _lists(tree: Any) -> Any:
    """Dicts whose names are 0, 1, 2... as lists, all the way down."""
    if not isinstance(tree, dict):
        return tree
    inner = {name: _lists(value) for name, value in tree.items()}
    return list(inner.values()) if all(name == str(at) for at, name in enumerate(inner)) else inner
