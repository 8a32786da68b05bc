"""`up`: everything on one machine."""

from __future__ import annotations

import os
import socket
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

import msgspec
import typer

from processor.commands.context import RUNNING_NAME, Running, say
from processor.commands.user import first_link
from processor.embedded import answers, hold_folder, server_command, write_config
from processor.errors import StartFailed, StoreError
from processor.log import start_log
from processor.rules.example import write_example
from processor.rules.open import open_book
from processor.settings import SANDBOX_TOKEN, Settings, load_settings
from processor.store.account import belongs_to
from processor.store.connection import connect
from processor.supervise import Program, Supervisor
from processor.text import Text

MARK_NAME = "watbot"
SANDBOX_TAGS = "add"
_ANY_HOSTS = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}  # noqa: S104  where to ask, not to listen


def up() -> int:
    """Запустить всё на одной машине / Run everything on one machine."""
    settings = load_settings(os.environ)
    sandboxed = settings.watbot_api_token is None
    if sandboxed:
        settings = replace(settings, watbot_api_token=SANDBOX_TOKEN, watbot_base_url=settings.sandbox_url)
    start_log(form=settings.log_format, level=settings.log_level, secrets=settings.secrets(), process="up")
    if write_example(settings.rules_file):
        path = settings.rules_file.absolute()
        typer.echo(say(Text(f"Создан файл правил с примерами: {path}", f"Wrote a rules file with examples: {path}")))
    rules = open_book(settings, os.environ).current()
    with hold_folder(settings) as lock:
        for port in (settings.port, settings.port + 1) if sandboxed else (settings.port,):
            _refuse_taken(settings.host, port)
        _refuse_other_watbot(settings, sandboxed=sandboxed)
        _write_running(settings, sandboxed=sandboxed)
        try:
            supervisor = Supervisor(_programs(settings, lock.fileno(), sandboxed=sandboxed))
            return supervisor.run(lambda: _announce(settings, list(rules.sources), sandboxed=sandboxed))
        finally:
            (settings.data_dir / RUNNING_NAME).unlink(missing_ok=True)


def _programs(settings: Settings, lock: int, *, sandboxed: bool) -> list[Program]:
    """The store first and stopped last; the receiver last and stopped first, so that nothing arrives meanwhile.

    The store holds the folder's lock too: were we killed, no second store may open its file while it still writes.
    """
    environ = dict(os.environ)
    if sandboxed:
        environ |= {"WATBOT_API_TOKEN": SANDBOX_TOKEN, "WATBOT_BASE_URL": settings.watbot_base_url}
    python = [sys.executable, "-m"]
    programs = []
    if not settings.redis_url:
        command = server_command(write_config(settings))
        programs.append(Program("store", command, environ, ready=lambda: answers(settings), keeps=(lock,)))
    if sandboxed:
        state = str(settings.data_dir.absolute() / "sandbox.json")
        port = str(settings.port + 1)
        listens = ["--host", settings.host, "--port", port]
        command = [*python, "processor.sandbox", *listens, "--state", state, "--tags", SANDBOX_TAGS]
        programs.append(Program("sandbox", command, environ, ready=lambda: _sandbox_ready(settings)))
    programs.append(Program("worker", [*python, "workers"], environ))
    serve = [*python, "processor.cli", "serve"]
    programs.append(Program("web", serve, environ, ready=lambda: _answers(settings, settings.port, "/readyz")))
    return programs


def _refuse_other_watbot(settings: Settings, *, sandboxed: bool) -> None:
    """What the store knows holds for one Watbot: the sandbox's contact ids would name strangers in the real one."""
    mark, ours = settings.data_dir / MARK_NAME, "sandbox" if sandboxed else "watbot"
    if mark.exists() and mark.read_text("utf-8").strip() != ours:
        raise StartFailed(_other_watbot(settings.data_dir.absolute(), sandboxed=sandboxed))
    mark.write_text(ours + "\n", "utf-8")


def _other_watbot(folder: Path, *, sandboxed: bool) -> Text:
    if sandboxed:
        return Text(
            f"папка {folder} — от настоящего Watbot, а WATBOT_API_TOKEN не задан. Задайте его или другую DATA_DIR.",
            f"the folder {folder} is the real Watbot's, and no WATBOT_API_TOKEN is set. Set it or another DATA_DIR.",
        )
    return Text(
        f"папка {folder} — от песочницы, а задан токен Watbot. Задайте другую DATA_DIR или удалите эту папку.",
        f"the folder {folder} is the sandbox's, and a token of Watbot is set. Set another DATA_DIR or delete it.",
    )


def _write_running(settings: Settings, *, sandboxed: bool) -> None:
    running = Running(os.getpid(), settings.watbot_base_url if sandboxed else None)
    (settings.data_dir / RUNNING_NAME).write_bytes(msgspec.json.encode(running))


def _refuse_taken(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise StartFailed(
            Text(
                f"адрес {host}:{port} занят или недоступен ({error.strerror}). Задайте другой PORT или HOST.",
                f"cannot listen on {host}:{port} ({error.strerror}). Set another PORT or HOST.",
            )
        ) from None


def _answers(settings: Settings, port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(_address(settings.host, port) + path, timeout=1) as answer:  # noqa: S310  our own
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _sandbox_ready(settings: Settings) -> bool:
    """It answers, and the workers may know how it was started: nobody's contact need be tried for that."""
    if not _answers(settings, settings.port + 1, "/"):
        return False
    try:
        belongs_to(connect(settings), settings.watbot_base_url, tags=SANDBOX_TAGS)
    except StoreError:
        return False
    return True


def _address(host: str, port: int) -> str:
    return f"http://{_ANY_HOSTS.get(host, host)}:{port}"


def _announce_first(settings: Settings) -> None:
    """While nobody may enter the console yet: where its first owner begins."""
    try:
        link = first_link(settings, connect(settings))
    except StoreError:
        return
    if link:
        typer.echo(say(Text(f"  Первый вход (ссылка на один раз): {link}", f"  First login (a link for once): {link}")))


def _announce(settings: Settings, sources: list[str], *, sandboxed: bool) -> None:
    own = _address(settings.host, settings.port)
    hooks = "\n".join(f"    {own}/hooks/{name}" for name in sources) or "    —"
    data, rules = settings.data_dir.absolute(), settings.rules_file.absolute()
    typer.echo(
        say(
            Text(
                f"\nwatbot-hooks работает.\n  Адреса для магазинов и форм:\n{hooks}\n"
                f"  Правила: {rules}\n  Данные: {data}\n  Состояние: {own}/readyz\n  Консоль: {own}/console/",
                f"\nwatbot-hooks is running.\n  Addresses for shops and forms:\n{hooks}\n"
                f"  Rules: {rules}\n  Data: {data}\n  State: {own}/readyz\n  Console: {own}/console/",
            )
        )
    )
    _announce_first(settings)
    if sandboxed:
        page = _address(settings.host, settings.port + 1)
        typer.echo(
            say(
                Text(
                    f"  ⚠ ПЕСОЧНИЦА: WATBOT_API_TOKEN не задан, настоящий Watbot НЕ вызывается. Контакты: {page}/",
                    f"  ⚠ SANDBOX: WATBOT_API_TOKEN is not set, the real Watbot is NOT called. Contacts: {page}/",
                )
            )
        )
    sys.stdout.flush()
