"""Add a source: pick its sender, fill in a short form, get the address to paste."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from processor.domain.sender import SENDERS, Sender
from processor.errors import (
    Conflict,
    EditRefused,
    FaultsFound,
    NotFound,
    NotWritable,
    Refused,
    WatbotHooksError,
)
from processor.rules.edit.edits import PutSource
from processor.rules.edit.render import Value
from processor.rules.file import read_rules
from processor.rules.secret_file import may_keep
from processor.store.audit import Deed, note
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Reply
from processor.web.console.source_form import Asked, Path, asked_of, proposed_name
from processor.web.console.source_page import ZONES, source_page
from processor.web.console.source_publish import placed, publish
from processor.web.console.visit import Visit

REFUSALS: Final = (Refused, FaultsFound, EditRefused, Conflict, NotWritable)


@dataclass(frozen=True, slots=True)
class Pick:
    """One that can be picked: a sender, or a shop without webhooks that one of our snippets serves."""

    title: Text
    preset: str
    guide: str = ""

    def fits(self, sought: str) -> bool:
        """Whether every word sought stands in one of its names."""
        named = f"{self.title.ru} {self.title.en} {self.preset} {self.guide}".casefold()
        return all(word in named for word in sought.casefold().split())


def _picks() -> Iterator[Pick]:
    for sender in SENDERS.values():
        if sender.name != "generic":
            yield Pick(sender.title, sender.name)
    for title, page in (
        ("OpenCart", "opencart"),
        ("CS-Cart", "cs-cart"),
        ("1С-Битрикс", "1c-bitrix"),
        ("Medusa", "medusa"),
        ("Vendure", "vendure"),
    ):
        yield Pick(Text(title, title.replace("1С-Битрикс", "1C-Bitrix")), "generic", page)
    yield Pick(SENDERS["generic"].title, "generic")


PICKS: Final = tuple(_picks())


def pick(desk: Desk, visit: Visit) -> Reply:
    """The senders to pick from, or with `?preset=` the form of one. Raises NotFound."""
    preset = visit.query.get("preset", "")
    if not preset:
        sought = visit.query.get("q", "").strip()
        return Page("source_pick.html", {"picks": [one for one in PICKS if one.fits(sought)], "sought": sought})
    return _form(desk, _sender(preset), visit.query, ())


def add(desk: Desk, visit: Visit) -> Reply:
    """Publish the new source; its page shows the secret this once. Raises NotFound, StoreError."""
    sender = _sender(visit.form.get("preset", ""))
    rules = desk.book.current()
    try:
        asked = asked_of(visit.form, sender, rules.sources)
        kept = _publish(desk, visit, sender, asked)
    except REFUSALS as error:
        return _form(desk, sender, visit.form, told_refusal(error), difference_of(error))
    said = Text(f"Источник {asked.name} добавлен.", f"The source {asked.name} was added.")
    if visit.user:
        note(desk.client, Deed(visit.user.name, "/sources/new", said, visit.client))
    found = desk.book.current().sources.get(asked.name)
    if found is None:
        raise NotFound(Text(f"нет источника {asked.name}", f"no source {asked.name}"))
    shown = {"once": asked.secret if asked.secret else "", "kept": kept, "added": said, "made": asked.made}
    return source_page(desk, visit, found, shown, guide=visit.form.get("guide", ""))


def _publish(desk: Desk, visit: Visit, sender: Sender, asked: Asked) -> Text:
    secrets: dict[Path, str] = dict(asked.hidden)
    if asked.way in ("secret", "token"):
        secrets = {(asked.way,): asked.secret, **secrets}
    with placed(desk, asked.name, secrets) as done:
        value: dict[str, Value] = {"preset": sender.name}
        if asked.way == "none":
            value["proof"] = "none"
        value |= {path[0]: text for path, text in done.written.items() if len(path) == 1}
        value |= asked.options
        api: dict[str, Value] = {path[1]: text for path, text in done.written.items() if path[0] == "api"}
        if api:
            value["api"] = api
        publish(
            desk,
            visit,
            [PutSource(asked.name, value)],
            Text(f"Источник {asked.name}: {sender.title.ru}", f"Source {asked.name}: {sender.title.en}"),
        )
        return done.told


def told_refusal(error: Exception) -> tuple[Text, ...]:
    """Why nothing was written, for a person; a conflict without the difference, which stands apart."""
    if isinstance(error, FaultsFound):
        return tuple(Text(fault.say("ru"), fault.say("en")) for fault in error.faults)
    if isinstance(error, Conflict):
        return (
            Text(
                "Файл правил в ту же минуту изменил кто-то ещё; ничего не записано. Проверьте и отправьте снова.",
                "Meanwhile somebody else changed the rules file; nothing was written. Look again and send once more.",
            ),
        )
    return (error.text,) if isinstance(error, WatbotHooksError) else ()


def difference_of(error: Exception) -> tuple[str, ...]:
    """How what was wanted differs from what the file holds now."""
    return error.diff if isinstance(error, Conflict) else ()


def _form(
    desk: Desk, sender: Sender, filled: Mapping[str, str], problems: tuple[Text, ...], diff: tuple[str, ...] = ()
) -> Page:
    try:
        taken = set(desk.book.current().sources)
        read_rules(desk.publisher.path)
    except (FaultsFound, NotFound) as error:
        problems = (*problems, error.text)
        taken = set()
    values: dict[str, Any] = {
        "sender": sender,
        "filled": {**filled, "own": "", "ask_url": "", "ask_token": ""},
        "proposed": proposed_name(sender.name, taken),
        "keeps": may_keep(desk.known.kept_in),
        "problems": problems,
        "diff": diff,
        "zones": ZONES,
    }
    return Page("source_new.html", values, 422 if problems else 200)


def _sender(preset: str) -> Sender:
    if preset not in SENDERS:
        raise NotFound(Text("такого отправителя нет", "there is no such sender"))
    return SENDERS[preset]
