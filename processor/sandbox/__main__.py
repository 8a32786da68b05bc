"""`python -m processor.sandbox`: the sandbox in a process of its own."""

from __future__ import annotations

import argparse
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import uvicorn

from processor.sandbox.app import build_app
from processor.sandbox.banner import banner
from processor.sandbox.connection import ServerConnections
from processor.sandbox.contacts import ContactBook, Saved
from processor.sandbox.limiter import Limit, SlidingWindows, parse_rate, said_rate
from processor.sandbox.methods import methods
from processor.sandbox.saving import Saver
from processor.sandbox.service import Service
from processor.sandbox.state_file import DamagedError, load, set_aside

STOP_WITHIN_S = 1
BACKLOG_CONNECTIONS = 2048
EXIT_FAILED = 1
PORT_MAX = 65_535


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl+C; 0 when stopped, 1 when it could not start, 2 for wrong arguments."""
    signal.signal(signal.SIGTERM, _leave)
    options = _parser().parse_args(arguments)
    try:
        book = ContactBook(options.tags, options.utm, _saved(options.state))
        listener = _listen(options.host, options.port)
    except OSError as error:
        _say(f"Песочница не запустилась: {error}\nThe sandbox could not start: {error}\n")
        return EXIT_FAILED
    server = _server(options, book)
    shown = f"[{options.host}]" if ":" in options.host else options.host
    root = f"http://{shown}:{listener.getsockname()[1]}"
    sys.stdout.write(banner(root, options.tags, options.utm, said_rate(options.rate), options.state))
    sys.stdout.flush()
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        return 0
    return 0 if server.started else EXIT_FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m processor.sandbox", description="A stand-in for Watbot's API / песочница API Watbot"
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=_port, default=8001, help="0 takes a free one (default 8001)")
    parser.add_argument("--tags", choices=("add", "replace"), default="add", help="what the field tags does")
    parser.add_argument("--utm", choices=("store", "ignore"), default="store", help="what becomes of the field utm")
    parser.add_argument(
        "--order", choices=("oldest", "newest"), default="oldest", help="which contacts are listed first"
    )
    parser.add_argument("--rate", type=_rate, default="2/s,120/m", help="such as 2/s,120/m, or off")
    parser.add_argument("--token", type=_token, help="the only token to accept (default: any)")
    parser.add_argument("--state", type=Path, help="a file that keeps the contacts (default: memory only)")
    parser.add_argument("--http", choices=("auto", "httptools", "h11"), default="auto", help=argparse.SUPPRESS)
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= PORT_MAX):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to {PORT_MAX})")
    return int(text)


def _rate(text: str) -> tuple[Limit, ...]:
    try:
        return parse_rate(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _token(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("an empty token would refuse every call")
    return text


def _server(options: argparse.Namespace, book: ContactBook) -> uvicorn.Server:
    service = Service(book, SlidingWindows(options.rate), methods(options.utm, options.order), options.token)
    # The access log would print the token of the query; proxy headers would hide which connection a call came by.
    config = uvicorn.Config(
        app="",
        http=options.http,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
    )
    server = uvicorn.Server(config)
    saver = Saver(book, options.state, _say) if options.state else None
    config.app = build_app(service, ServerConnections(server), saver)
    return server


def _saved(path: Path | None) -> Saved | None:
    if path is None:
        return None
    try:
        return load(path)
    except DamagedError as error:
        aside = set_aside(path, int(time.time()))
        _say(
            f"Файл {path} повреждён ({error}). Он переименован в {aside}, песочница начинает с пустого списка.\n"
            f"The file {path} is damaged ({error}). It was renamed to {aside}; the sandbox starts empty.\n"
        )
        return None


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG_CONNECTIONS)


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    # uvicorn hands the signal back once it has stopped; ending well is then all that is left.
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())
