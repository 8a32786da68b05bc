"""The parameters of a request as PHP sees them: query and body, JSON or form, `tags[]=a` and `utm[utm_source]=b`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

import msgspec

TOKEN_PARAM = "api_token"  # noqa: S105  the parameter's name
PAIRS_MAX = 1_000
DEPTH_MAX = 64
KEYS_MAX = 8

_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_KEY = re.compile(r"\[([^\[\]]*)\]")


def read_params(query: bytes, content_type: str, body: bytes) -> dict[str, Any]:
    """Everything sent but the token; the body wins over the query, and what cannot be read counts as nothing."""
    merged = {**read_form(query), **_read_body(content_type, body)}
    return {name: value for name, value in merged.items() if name != TOKEN_PARAM}


def read_token(query: bytes) -> str:
    """The token of the query, "" when it is missing."""
    return next((value for name, value in reversed(_pairs(query)) if name == TOKEN_PARAM), "")


def read_form(raw: bytes) -> dict[str, Any]:
    """A form or a query with PHP's brackets read as lists and maps."""
    root: dict[str, Any] = {}
    for name, value in _pairs(raw):
        found = _NAME.fullmatch(name)
        keys = [found[1], *_KEY.findall(found[2])] if found else [name]
        if len(keys) <= KEYS_MAX:
            _place(root, keys, value)
    return {name: _as_list(value) for name, value in root.items()}


def _read_body(content_type: str, body: bytes) -> dict[str, Any]:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return read_form(body)
    return _read_json(body) if kind.endswith(("/json", "+json")) else {}


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) and not _too_deep(found) else {}


def _too_deep(value: object) -> bool:
    level: list[object] = [value]
    for _ in range(DEPTH_MAX):
        level = [inner for outer in level for inner in _insides(outer)]
        if not level:
            return False
    return True


def _insides(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=PAIRS_MAX)
    except ValueError:
        return []


def _place(root: dict[str, Any], keys: list[str], value: str) -> None:
    held = root
    for key in keys[:-1]:
        place = key or str(len(held))
        inner = held.get(place)
        if not isinstance(inner, dict):
            inner = held[place] = {}
        held = inner
    held[keys[-1] or str(len(held))] = value


def _as_list(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _as_list(item) for key, item in value.items()}
    if all(re.fullmatch(r"[0-9]{1,9}", key) for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
