"""`serve`, `work`, `sandbox`: one process of the line."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Annotated

import typer
import uvicorn

from processor.log import start_log
from processor.rules.open import open_book
from processor.settings import load_settings
from processor.web.app import make_app

GRACE_S = 20


def serve() -> int:
    """Приёмник и консоль: /hooks, /console, /readyz / The receiver and the console."""
    settings = load_settings(os.environ)
    start_log(form=settings.log_format, level=settings.log_level, secrets=settings.secrets(), process="web")
    app = make_app(settings, open_book(settings, os.environ))
    # uvicorn finishes what is in flight and then raises the signal again: that is a good end, not a death.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,  # a query may hold a token
        server_header=False,
        proxy_headers=False,  # whom to believe says TRUSTED_PROXIES, see web/client.py
        timeout_graceful_shutdown=GRACE_S,
    )
    _Server(config).run()
    return 0


class _Server(uvicorn.Server):
    """Ends the streams of open pages when it is told to stop: they would hold it up for GRACE_S."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.config.app.live.stop()  # type: ignore[union-attr]
        super().handle_exit(sig, frame)


def work() -> int:
    """Обработчик: применяет правила и вызывает Watbot / A worker: applies rules, calls Watbot."""
    _become([sys.executable, "-m", "workers"])
    return 0


def sandbox(
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option()] = 8001,
    tags: Annotated[str, typer.Option(help="add | replace")] = "add",
    utm: Annotated[str, typer.Option(help="store | ignore")] = "store",
    order: Annotated[str, typer.Option(help="oldest | newest")] = "oldest",
    rate: Annotated[str, typer.Option(help="2/s,120/m | off")] = "2/s,120/m",
) -> int:
    """Песочница вместо Watbot / A stand-in for Watbot's API."""
    said = {"--host": host, "--port": str(port), "--tags": tags, "--utm": utm, "--order": order, "--rate": rate}
    _become([sys.executable, "-m", "processor.sandbox", *(part for pair in said.items() for part in pair)])
    return 0


def _become(command: list[str]) -> None:
    """Become another program: signals and exit code are then its own."""
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606  our own interpreter, no shell
