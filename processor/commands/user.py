"""`user`: who may enter the console."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from processor.clock import SystemClock
from processor.commands.context import exits, print_table, say, settings_beside
from processor.domain.role import ROLE_NAMES, ROLES, Role
from processor.errors import NotFound, Refused
from processor.passwords import hash_password
from processor.settings import Settings
from processor.store.connection import Store, connect
from processor.store.sessions import end_sessions, sessions
from processor.store.users import User, add_user, begin, change_user, remove_user, user_named, users
from processor.text import Text, nearest

app = typer.Typer(no_args_is_help=True, help="Люди консоли / People of the console")

_PASSWORD = Text("Пароль", "Password")
_AGAIN = Text("Пароль ещё раз", "Password again")


def _add(
    name: str,
    role: Annotated[str, typer.Option(help="viewer | editor | owner")] = "viewer",
) -> int:
    """Добавить человека; пароль спросит или возьмёт из ввода / Add somebody; asks for the password or reads it."""
    user = User(name=name, role=_role(role), password=hash_password(_ask()), since_ms=SystemClock().now_ms())
    add_user(connect(settings_beside()), user)
    typer.echo(say(Text(f"Добавлен {name}: {ROLE_NAMES[user.role].ru}", f"Added {name}: {user.role}")))
    return 0


def _list(
    as_json: Annotated[bool, typer.Option("--json")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 1_000,
) -> int:
    """Все люди консоли / Everybody who may enter the console."""
    client = connect(settings_beside())
    found = [(user, len(sessions(client, user.name))) for user in users(client)[:limit]]
    if as_json:
        rows = [{"name": user.name, "role": user.role, "sessions": count} for user, count in found]
        typer.echo(msgspec.json.format(msgspec.json.encode(rows)).decode())
        return 0
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in say(Text("имя,роль,входов", "name,role,sessions")).split(","):
        table.add_column(title, no_wrap=True)
    for user, count in found:
        table.add_row(user.name, say(ROLE_NAMES[user.role]), str(count))
    print_table(table)
    return 0


def _passwd(
    name: str,
    role: Annotated[str | None, typer.Option(help="viewer | editor | owner")] = None,
) -> int:
    """Сменить пароль (и роль); человек выйдет отовсюду / A new password (and role); ends the user's sessions."""
    client = connect(settings_beside())
    user = user_named(client, name)
    if user is None:
        raise NotFound(Text(f"нет пользователя {name}", f"no user {name}"))
    kept = hash_password(_ask())
    change_user(client, msgspec.structs.replace(user, password=kept, role=_role(role) if role else user.role))
    _log_out(client, user.name)
    typer.echo(say(Text(f"Пароль изменён: {user.name}", f"Password changed: {user.name}")))
    return 0


def _remove(name: str) -> int:
    """Убрать человека / Remove somebody."""
    client = connect(settings_beside())
    user = user_named(client, name)
    remove_user(client, name)
    _log_out(client, user.name if user else name)
    typer.echo(say(Text(f"Удалён: {name}", f"Removed: {name}")))
    return 0


def _link() -> int:
    """Одноразовая ссылка первого владельца / The one-time link of the first owner."""
    settings = settings_beside()
    link = first_link(settings, connect(settings))
    if link is None:
        raise Refused("not_first", Text("пользователи уже есть: user add", "there are users already: user add"))
    typer.echo(link)
    return 0


def first_link(settings: Settings, client: Store) -> str | None:
    """Where the first owner begins, once; None when there are users already. Raises StoreError."""
    key = begin(client)
    front = settings.public_url or f"http://{'127.0.0.1' if settings.host in _ANY else settings.host}:{settings.port}"
    return f"{front.rstrip('/')}/console/start?key={key}" if key else None


_ANY = ("0.0.0.0", "::", "")  # noqa: S104  where to ask, not to listen


def _log_out(client: Store, name: str) -> None:
    end_sessions(client, name, [one.digest for one in sessions(client, name)])


def _role(role: str) -> Role:
    if role in ROLES:
        return role
    close = nearest(role, ROLES)
    hint = Text(f"; может быть, {close}?", f"; did you mean {close}?") if close else Text("", "")
    raise NotFound(
        Text(f"нет роли {role}; есть {', '.join(ROLES)}{hint.ru}", f"no role {role}; {', '.join(ROLES)}{hint.en}")
    )


def _ask() -> str:
    """Twice at a terminal, else the first line of the input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password: str = typer.prompt(say(_PASSWORD), hide_input=True)
    while password != typer.prompt(say(_AGAIN), hide_input=True):
        typer.echo(say(Text("не совпадает", "they differ")), err=True)
    return password


app.command("add")(exits(_add))
app.command("list")(exits(_list))
app.command("passwd")(exits(_passwd))
app.command("remove")(exits(_remove))
app.command("link")(exits(_link))
