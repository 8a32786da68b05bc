"""`doctor`: is everything as it must be, and what lists of tags do in Watbot."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from processor.clock import SystemClock
from processor.commands.context import environ_beside, say, settings_beside
from processor.domain.checkup import DURABLE, Finding, of_clock, of_durability, of_tags, of_workers
from processor.domain.contact import ContactId
from processor.domain.phone import normal_phone
from processor.domain.rule import Ruleset
from processor.errors import FaultsFound, StoreError, WatbotHooksError
from processor.log import start_log
from processor.rules.open import open_book
from processor.settings import Settings
from processor.store.account import account
from processor.store.connection import Store, connect
from processor.store.durability import durability, store_ms
from processor.store.gauges import line
from processor.text import Text

# A shorter row of digits is a contact's number in Watbot, and no phone.
PHONE_DIGITS_MIN = 10

_SIGNS = {"ok": Text("ВЕРНО", "OK"), "note": Text("УЧТИТЕ", "NOTE"), "wrong": Text("ОШИБКА", "WRONG")}
_NAMES = {
    "settings": Text("настройки", "settings"),
    "rules": Text("правила", "rules"),
    "store": Text("хранилище", "store"),
    "durability": Text("сохранность", "durability"),
    "clock": Text("часы", "clock"),
    "workers": Text("обработчики", "workers"),
    "watbot": Text("Watbot", "Watbot"),
    "probe": Text("проба", "probe"),
    "tags": Text("теги", "tags"),
}


def doctor(
    probe: Annotated[
        str | None,
        typer.Option(
            help="узнать на этом контакте (телефон, ключ или номер в Watbot), что делает список тегов / "
            "find out on this contact (phone, key or number in Watbot) what a list of tags does",
            metavar="CONTACT",
        ),
    ] = None,
    bot: Annotated[int | None, typer.Option(help="bot_id; без него / without: из правил / of the rules", min=1)] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> int:
    """Всё ли в порядке, и что делать / Is everything as it must be, and what to do."""
    if probe is not None:
        _wanted(probe, bot or 1)
    found = []
    for one in _findings(probe, bot):
        found.append(one)
        if not as_json:
            _tell(one)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode([_row(one) for one in found])).decode())
    return int(any(one.state == "wrong" for one in found))


def _wanted(text: str, bot: int) -> str:
    """The contact's key, or its number in Watbot. Raises BadParameter for what is neither."""
    if ":" in text:
        try:
            return ContactId.from_key(text).key
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--probe") from None
    if text.isascii() and text.isdigit() and len(text) < PHONE_DIGITS_MIN:
        return str(int(text))
    phone = normal_phone(text)
    if phone is None:
        raise typer.BadParameter(
            say(Text("нужен телефон, ключ или номер контакта", "give a phone, a key or a contact's number")),
            param_hint="--probe",
        )
    return ContactId(bot, "whatsapp", phone).key


def _findings(probe: str | None, bot: int | None) -> Iterator[Finding]:
    """In this order; what rests on something that is wrong is not looked at."""
    try:
        settings = settings_beside()
    except FaultsFound as error:
        yield Finding("settings", "wrong", error.text)
        return
    yield Finding("settings", "ok", Text("читаются", "readable"))
    start_log(form=settings.log_format, level="error", secrets=settings.secrets(), process="doctor")
    rules = None
    try:
        rules = open_book(settings, os.environ).current()
        yield Finding("rules", "ok", Text(f"{settings.rules_file}: всё верно", f"{settings.rules_file}: fine"))
    except WatbotHooksError as error:
        yield Finding("rules", "wrong", error.text)
    client = connect(settings)
    try:
        yield from _of_store(client)
        if rules:
            yield from _asked(settings, rules, probe, bot)
            yield of_tags(rules.tags_as, account(client))
    except StoreError as error:
        todo = Text(
            "запустите `watbot-hooks up` или проверьте REDIS_URL", "start `watbot-hooks up`, or check REDIS_URL"
        )
        yield Finding("store", "wrong", error.text, todo)


def _of_store(client: Store) -> Iterator[Finding]:
    ahead_ms = SystemClock().now_ms() - store_ms(client)
    yield Finding("store", "ok", Text("отвечает", "answers"))
    yield of_durability(durability(client, *DURABLE))
    yield of_clock(ahead_ms)
    yield of_workers(line(client).workers)


def _asked(settings: Settings, rules: Ruleset, probe: str | None, bot: int | None) -> Iterator[Finding]:
    """What the workers' side finds: it alone talks to Watbot."""
    bot = bot or rules.bot
    who = _wanted(probe, bot) if probe is not None else ""
    if ":" in who:
        bot = ContactId.from_key(who).bot
    command = [sys.executable, "-m", "workers.checking", "--bot", str(bot)]
    if who:
        command += ["--probe", who]
    done = subprocess.run(command, env=environ_beside(settings), stdout=subprocess.PIPE, check=False)
    try:
        yield from msgspec.json.decode(done.stdout, type=list[Finding])
    except msgspec.DecodeError:
        yield Finding("watbot", "wrong", Text("проверка не удалась", "could not be looked at"))


def _tell(one: Finding) -> None:
    todo = f" → {say(one.todo)}" if one.todo else ""
    typer.echo(f"{say(_SIGNS[one.state]):<6}  {say(_NAMES[one.name])}: {say(one.said)}{todo}")


def _row(one: Finding) -> dict[str, str | None]:
    return {"check": one.name, "state": one.state, "said": say(one.said), "todo": say(one.todo) if one.todo else None}
