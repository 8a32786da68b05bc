"""What a sample is made of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from processor.domain.delivery import Inbound

NAME, FIRST, LAST = "Анна Примерова", "Анна", "Примерова"
PHONE: Final = "+7 900 000-00-01"
EMAIL: Final = "anna@example.com"
PAGE: Final = "https://example.com/?utm_source=example&utm_medium=test"
JSON: Final[Mapping[str, str]] = {"content-type": "application/json"}
FORM: Final[Mapping[str, str]] = {"content-type": "application/x-www-form-urlencoded"}
# Whoever finds such a request in a log knows where it came from.
MARK: Final[Mapping[str, str]] = {"x-watbot-hooks-test": "console"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a sample shall be: `account` is one that the source lets send, "" when it lets any."""

    at: datetime
    account: str = ""


def posted(body: bytes, headers: Mapping[str, str], query: str = "", method: str = "POST") -> Inbound:
    """A request, not yet proven."""
    return Inbound(method, {**headers, **MARK}, query, body)


def json_body(tree: Any) -> bytes:
    """A body of JSON."""
    return json.dumps(tree, ensure_ascii=False).encode()


def form_body(tree: Mapping[str, Any]) -> bytes:
    """A form; nested values get PHP's brackets."""
    return urlencode([pair for name, value in tree.items() for pair in _pairs(name, value)]).encode()


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for inner, part in value.items():
            yield from _pairs(f"{name}[{inner}]", part)
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from _pairs(f"{name}[{at}]", part)
    else:
        yield name, str(value)
