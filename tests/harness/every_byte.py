"""Every name and every value of a store, to see whether something still stands anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import redis

from processor.store.keys import KEYS


def places_of(client: redis.Redis, needles: Iterable[str]) -> list[str]:
    """The keys in whose name or value one of the texts stands, each with which; the rows that the table knows."""
    wanted = [needle.encode() for needle in needles]
    found = []
    for name in client.scan_iter(count=1_000):
        whole = b"\n".join([name, *_values(client, name)])
        found += [f"{name.decode()}: {one.decode()}" for one in wanted if one in whole]
        assert any(name.decode().startswith(row.name) for row in KEYS.values()), name
    return sorted(found)


def _values(client: redis.Redis, name: bytes) -> Iterator[bytes]:
    kind = client.type(name)
    read: Any
    if kind == b"string":
        read = [client.get(name) or b""]
    elif kind == b"hash":
        read = [part for pair in client.hgetall(name).items() for part in pair]
    elif kind == b"list":
        read = client.lrange(name, 0, -1)
    elif kind == b"zset":
        read = client.zrange(name, 0, -1)
    elif kind == b"stream":
        read = [part for _, fields in client.xrange(name) for pair in fields.items() for part in pair]  # type: ignore[union-attr]
    else:
        raise AssertionError(f"{name!r} is a {kind!r}")
    yield from read
