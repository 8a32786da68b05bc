"""Mangle deliveries, the same way for the same seed: bytes, JSON, encodings, headers, query, method."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from processor.domain.delivery import Inbound
from tests.sources.samples import SAMPLES, sample_of

RESIGNED_SHARE: Final = 0.7
CHANGES_MAX: Final = 3
LONG_CHARACTERS: Final = 60_000
DEEP: Final = 80
# Above what the receiver takes; beyond it only who posts is slowed down.
BODY_BYTES_MAX: Final = 4 * 2**20

VALUES: Final[tuple[Any, ...]] = (
    None, True, 0, -1, 2**63, 10**30, 1e308, "", " ", "\x00", "\ud800", "9" * 40, "NaN", "+7 900 000-00-01", [], {},
    [[]], [None], {"": None}, {"key": 1}, [{}], ["a", {"b": []}], "💥", "А" * 300, "%D0%", "%25252525", "{{ x }}",
    "a\r\nb",
)  # fmt: skip
SNIPPETS: Final[tuple[bytes, ...]] = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"{", b"}", b"[", b"]", b'"', b"\\", b"\\ud800", b"&", b"=", b"%", b"%%",
    b"[]", b"[0][0]", b"NaN", b"1e999", b"--", b"\r\n\r\n", b"|||", b"<a>", b"'", b";", b"9" * 30, b"null", b"\xd0",
)  # fmt: skip
TYPES: Final = (
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain; charset=utf-16",
    "\xff",
    "",
)
QUERIES: Final = ("", "a", "a=%", "a=%D0", "&&&", "a[b][c]=1", "token=", "topic=orders/create&topic=x", "=", "%00=1")
METHODS: Final = ("POST", "PUT", "GET", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Mangled:
    """A mangled delivery of a preset; `resigned` when the proof was put on after the last change."""

    preset: str
    inbound: Inbound
    resigned: bool


def mangled(seed: int, number: int, now_s: int) -> Mangled:
    """Delivery `number` of a seed, proven at `now_s` (Unix seconds)."""
    rng = random.Random(f"{seed}:{number}")
    preset = rng.choice(sorted(SAMPLES))
    sample = sample_of(preset)
    inbound = _fresh(rng, rng.choice(sample.good), number)
    resigned = rng.random() < RESIGNED_SHARE
    if not resigned:
        inbound = sample.sign(inbound, now_s)
    for _ in range(rng.randint(0 if resigned else 1, CHANGES_MAX)):
        inbound = rng.choice(CHANGES)(rng, inbound)
        inbound = replace(inbound, body=inbound.body[:BODY_BYTES_MAX])
    return Mangled(preset, sample.sign(inbound, now_s) if resigned else inbound, resigned)


def _fresh(rng: random.Random, inbound: Inbound, number: int) -> Inbound:
    """The delivery with an id of its own where it has one in a header, so that most are no repetitions."""
    own = {name: f"{value}-{number}" for name, value in inbound.headers.items() if name.endswith("-id")}
    return replace(inbound, headers={**inbound.headers, **own}) if own and rng.random() < 0.9 else inbound


def _flip(rng: random.Random, inbound: Inbound) -> Inbound:
    body = bytearray(inbound.body)
    for _ in range(min(len(body), rng.randint(1, 8))):
        body[rng.randrange(len(body))] = rng.randrange(256)
    return replace(inbound, body=bytes(body))


def _insert(rng: random.Random, inbound: Inbound) -> Inbound:
    at = rng.randint(0, len(inbound.body))
    return replace(
        inbound, body=inbound.body[:at] + rng.choice(SNIPPETS) * rng.choice((1, 1, 5, 500)) + inbound.body[at:]
    )


def _cut(rng: random.Random, inbound: Inbound) -> Inbound:
    start, end = sorted((rng.randint(0, len(inbound.body)), rng.randint(0, len(inbound.body))))
    whole = rng.choice((inbound.body[:start], inbound.body[end:], inbound.body[:start] + inbound.body[end:]))
    return replace(inbound, body=whole)


def _repeat(rng: random.Random, inbound: Inbound) -> Inbound:
    return replace(inbound, body=inbound.body * rng.randint(2, 5))


def _encode(rng: random.Random, inbound: Inbound) -> Inbound:
    text = inbound.body.decode("utf-8", "replace")
    return replace(inbound, body=text.encode(rng.choice(("cp1251", "utf-16", "utf-8-sig", "koi8-r")), "replace"))


def _swap(rng: random.Random, inbound: Inbound) -> Inbound:
    """A value of a JSON body becomes another, or is buried deep, or grows long."""
    try:
        tree = json.loads(inbound.body)
    except ValueError:
        return _insert(rng, inbound)
    for _ in range(rng.randint(1, 4)):
        tree = _swapped(rng, tree)
    return replace(inbound, body=json.dumps(tree, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass"))


def _swapped(rng: random.Random, tree: Any) -> Any:
    if isinstance(tree, dict) and tree and rng.random() < 0.85:
        name = rng.choice(list(tree))
        if rng.random() < 0.1:
            return {other: value for other, value in tree.items() if other != name}
        return {**tree, name: _swapped(rng, tree[name])}
    if isinstance(tree, list) and tree and rng.random() < 0.85:
        at = rng.randrange(len(tree))
        return [*tree[:at], _swapped(rng, tree[at]), *tree[at + 1 :]]
    kind = rng.random()
    if kind < 0.05:
        return "x" * LONG_CHARACTERS
    if kind < 0.1:
        for _ in range(DEEP):
            tree = [tree] if rng.random() < 0.5 else {"a": tree}
        return tree
    return [tree] * 50 if kind < 0.15 else rng.choice(VALUES)


def _empty(rng: random.Random, inbound: Inbound) -> Inbound:
    return replace(inbound, body=rng.choice((b"", b" ", b"\r\n", b"{}", b"[]", b"null", b"0", b"a=1")))


def _header(rng: random.Random, inbound: Inbound) -> Inbound:
    headers = dict(inbound.headers)
    name = rng.choice([*headers, "content-type", "referer"])
    kind = rng.random()
    if kind < 0.3:
        headers.pop(name, None)
    elif kind < 0.5:
        headers["content-type"] = rng.choice(TYPES)
    else:
        value = headers.get(name, "x")
        headers[name] = rng.choice(
            (value[: len(value) // 2], value * 3, "x" * 3000, value.upper(), "\xe9", "1", "%", "v1,")
        )
    return replace(inbound, headers=headers)


def _query(rng: random.Random, inbound: Inbound) -> Inbound:
    more = rng.choice((*QUERIES, "a=1&" * 2000, inbound.query[: len(inbound.query) // 2]))
    return replace(inbound, query=rng.choice((more, f"{inbound.query}&{more}")))


def _method(rng: random.Random, inbound: Inbound) -> Inbound:
    return replace(inbound, method=rng.choice(METHODS))


CHANGES: Final[tuple[Callable[[random.Random, Inbound], Inbound], ...]] = (
    _flip, _insert, _cut, _repeat, _encode, _swap, _swap, _swap, _empty, _header, _query, _method,
)  # fmt: skip
