"""The atomic decisions: one small Lua script each, called by name over a sync or an async client."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import redis
import redis.asyncio
from redis.exceptions import NoScriptError

from processor.store.keys import lua_table

_FOLDER = Path(__file__).parent / "scripts"
# When memory is full only taking in is refused: everything that drains must go on.
TAKES_IN = frozenset({"intake", "refused"})
Argument = str | bytes | int | float


@lru_cache
def source_of(name: str) -> tuple[str, str]:
    """The whole text of a script (table of keys, prelude, body) and its SHA-1, by which the server knows it."""
    flags = "#!lua\n" if name in TAKES_IN else "#!lua flags=allow-oom\n"
    text = (
        flags
        + lua_table()
        + (_FOLDER / "prelude.lua").read_text("utf-8")
        + (_FOLDER / f"{name}.lua").read_text("utf-8")
    )
    return text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def run(client: redis.Redis, name: str, *args: Argument) -> Any:
    """Run a script; a server that has forgotten it (after a restart) is taught it again."""
    text, sha = source_of(name)
    try:
        return client.evalsha(sha, 0, *args)
    except NoScriptError:
        return client.eval(text, 0, *args)


async def run_async(client: redis.asyncio.Redis, name: str, *args: Argument) -> Any:
    """The same on the intake path."""
    text, sha = source_of(name)
    try:
        return await client.evalsha(sha, 0, *args)
    except NoScriptError:
        return await client.eval(text, 0, *args)
