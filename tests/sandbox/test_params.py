"""Parameters: JSON and forms, read as PHP reads them; the token never among them."""

from __future__ import annotations

from typing import Any

import pytest

from processor.sandbox.params import read_form, read_params, read_token

FORM = "application/x-www-form-urlencoded; charset=utf-8"
JSON = "application/json"


@pytest.mark.parametrize(
    ("form", "read"),
    [
        (b"name=%D0%90%D0%BD%D0%BD%D0%B0+1", {"name": "Анна 1"}),
        (b"tags[]=a&tags[]=b", {"tags": ["a", "b"]}),
        (b"tags%5B%5D=a&tags%5B%5D=b", {"tags": ["a", "b"]}),
        (b"tags[0]=a&tags[1]=b", {"tags": ["a", "b"]}),
        (b"tags[1]=b&tags[0]=a", {"tags": ["a", "b"]}),
        (b"utm[utm_source]=vk&utm[utm_term]=x", {"utm": {"utm_source": "vk", "utm_term": "x"}}),
        (b"b[][c]=1&b[][c]=2", {"b": [{"c": "1"}, {"c": "2"}]}),
        (b"a=1&a=2", {"a": "2"}),
        (b"a=1&a[]=2", {"a": ["2"]}),
        (b"a[b=1", {"a[b": "1"}),
        (b"a" + b"[x]" * 50 + b"=1", {}),
        (b"%ff=%ff", {"\ufffd": "\ufffd"}),
        (b"&".join(b"a=1" for _ in range(2_000)), {}),
        (b"", {}),
    ],
)
def test_a_form_is_read_as_php_reads_it(form: bytes, read: dict[str, Any]) -> None:
    """Brackets make lists and maps."""
    assert read_form(form) == read


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[1]",
        b'"text"',
        b"{",
        b"\xff",
        b'{"a": "\\ud800"}',
        b'{"a": 1e999}',
        b'{"a":' * 100 + b"1" + b"}" * 100,
        b'{"a":' * 100_000,
        b'{"a": ' + b"9" * 5_000 + b"}",
    ],
)
def test_a_body_that_cannot_be_read_counts_as_nothing(body: bytes) -> None:
    """Validation then names what is missing; nothing crashes."""
    assert read_params(b"", JSON, body) == {}


def test_the_body_wins_over_the_query_and_the_token_is_in_neither() -> None:
    """Wherever somebody puts the token, it is not among the parameters."""
    body = b'{"name": "body", "api_token": "t-secret"}'
    read = read_params(b"api_token=t-secret&name=query&count=5&api_token[]=t-secret", JSON, body)
    assert read == {"name": "body", "count": "5"}
    assert read_params(b"", FORM, b"api_token=t-secret&name=form") == {"name": "form"}
    assert read_params(b"", "application/vnd.api+json", b'{"name": "j"}') == {"name": "j"}


@pytest.mark.parametrize(
    ("query", "token"),
    [(b"api_token=abc", "abc"), (b"a=1&api_token=%D1%8F", "я"), (b"api_token=", ""), (b"", ""), (b"api_token[]=x", "")],
)
def test_the_token_is_a_query_parameter(query: bytes, token: str) -> None:
    """Nothing else counts."""
    assert read_token(query) == token
