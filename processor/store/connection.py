"""The way to the store: clients with every option spelled out, and its errors as ours.

Other rooms hold a client as `Store` or `AsyncStore` and hand it to this room: they need not know the library.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ConnectionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TimeoutError,
)
from redis.retry import Retry

from processor.errors import StoreError, StoreFull, StoreUnavailable
from processor.settings import Settings
from processor.text import Text

Store: TypeAlias = redis.Redis
AsyncStore: TypeAlias = redis.asyncio.Redis

SOCKET_NAME = "valkey.sock"
CONNECT_TIMEOUT_S = 2.0
ANSWER_TIMEOUT_S = 5.0
PING_TIMEOUT_S = 1.0
_DATABASES = 16


def store_url(settings: Settings) -> str:
    """REDIS_URL, or the embedded server's socket in DATA_DIR."""
    return settings.redis_url or f"unix://{(settings.data_dir / SOCKET_NAME).absolute()}"


def _options() -> dict[str, Any]:
    # No retries here: a lost reply is repeated by whoever knows that repeating is harmless.
    return {
        "socket_timeout": ANSWER_TIMEOUT_S,
        "socket_connect_timeout": CONNECT_TIMEOUT_S,
        "health_check_interval": 0,
    }


def connect(settings: Settings) -> Store:
    """A client of the journal's database for threads."""
    return redis.Redis.from_url(store_url(settings), retry=Retry(NoBackoff(), 0), **_options())


def connect_queue(settings: Settings) -> Store:
    """A client of the queue's own database: the next one, as Dramatiq scans all keys of its own at times."""
    url = store_url(settings)
    with translated():
        pool = redis.ConnectionPool.from_url(url, retry=Retry(NoBackoff(), 0), **_options())
    journal = int(pool.connection_kwargs.get("db") or 0)
    pool.connection_kwargs["db"] = (journal + 1) % _DATABASES
    return redis.Redis(connection_pool=pool)


def connect_async(settings: Settings) -> AsyncStore:
    """A client of the journal's database for the intake path."""
    return redis.asyncio.Redis.from_url(
        store_url(settings), retry=redis.asyncio.retry.Retry(NoBackoff(), 0), **_options()
    )


def pings(socket: Path) -> bool:
    """Whether a server answers at the Unix socket (it may still be loading its file)."""
    client = redis.Redis(
        unix_socket_path=str(socket), socket_timeout=PING_TIMEOUT_S, socket_connect_timeout=PING_TIMEOUT_S
    )
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()


@contextmanager
def translated() -> Iterator[None]:
    """Every error of the redis library becomes a StoreError; nothing of it leaves this room."""
    try:
        yield
    except (RedisError, OSError, ValueError) as error:
        raise translate(error) from None


def translate(error: Exception) -> StoreError:
    """What the store's error means for us."""
    said = type(error).__name__
    if isinstance(error, (OutOfMemoryError, ReadOnlyError)) or (
        isinstance(error, ResponseError) and str(error).startswith(("MISCONF", "NOREPLICAS", "OOM"))
    ):
        return StoreFull(Text(f"хранилище не принимает записи ({said})", f"the store refuses writes ({said})"))
    if isinstance(error, AuthenticationError):
        return StoreError(Text("хранилище не приняло пароль из REDIS_URL", "the store refused REDIS_URL's password"))
    if isinstance(error, (ConnectionError, TimeoutError, BusyLoadingError, OSError)):
        return StoreUnavailable(Text(f"хранилище недоступно ({said})", f"the store cannot be reached ({said})"))
    return StoreError(Text(f"ошибка хранилища: {said}: {error}", f"store error: {said}: {error}"))
