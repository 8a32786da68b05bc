"""The versions of the rules: who made which when and why, how any two differ, and back to an older one."""

from __future__ import annotations

import contextlib
from typing import Final

from processor.errors import Conflict, FaultsFound, NotFound, NotWritable
from processor.rules.mask import diff, mask_secrets
from processor.store.versions import numbered, text_of, versions
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Redirect, Reply
from processor.web.console.rules_bench import person
from processor.web.console.visit import Visit

SHOWN_MAX: Final = 200
SORTS: Final = {
    "published": Text("опубликована", "published"),
    "rolled_back": Text("возвращена", "rolled back"),
    "changed": Text("файл изменён на диске", "changed on disk"),
}


def history(desk: Desk, visit: Visit) -> Reply:
    """The newest versions; `old` and `new` ask how these two differ. Raises NotFound, StoreError."""
    found = versions(desk.client)[:SHOWN_MAX]
    pair = None
    if visit.query.get("old") and visit.query.get("new"):
        old, new = sorted(_number(visit.query[name]) for name in ("old", "new"))
        pair = (old, new, _difference(desk, old, new))
    values = {"versions": found, "running": _running(desk), "pair": pair, "sorts": SORTS}
    return Page("rules_history.html", values)


def version(desk: Desk, visit: Visit) -> Reply:
    """One version whole, secrets masked, and what it changed. Raises NotFound, StoreError."""
    return _page(desk, visit, _number(visit.named["number"]))


def roll_back(desk: Desk, visit: Visit) -> Reply:
    """Publish an older version again, over what the page showed. Raises NotFound, StoreError."""
    number = _number(visit.form.get("number", ""))
    base = visit.form.get("base", "") or None
    try:
        done = desk.publisher.roll_back(number, author=person(visit), note=visit.form.get("note", ""), base=base)
    except (Conflict, NotWritable) as error:
        return _page(desk, visit, number, error.text, 409)
    except FaultsFound as error:
        return _page(desk, visit, number, error.text, 422)
    with contextlib.suppress(FaultsFound, NotFound):  # the next look tells
        desk.book.load()
    return Redirect(
        "/rules/history",
        Text(
            f"версия {number} возвращена: теперь это версия {done.number}",
            f"version {number} is back: it is version {done.number} now",
        ),
    )


def _page(desk: Desk, visit: Visit, number: int, problem: Text | None = None, status: int = 200) -> Page:
    one = numbered(desk.client, number)
    try:
        text: str | None = mask_secrets(text_of(desk.client, one.version))
    except NotFound:
        text = None
    running = _running(desk)
    values = {
        "one": one,
        "text": text,
        "changes": _difference(desk, one.parent, number) if one.parent else None,
        "against": _difference(desk, running, number) if running and running != number else None,
        "running": running,
        "base": desk.book.current().version,
        "sorts": SORTS,
        "note": visit.form.get("note", ""),
        "problem": problem,
    }
    return Page("rules_version.html", values, status)


def _running(desk: Desk) -> int:
    """The number of the version in force; 0 while it is not recorded."""
    now = desk.book.current().version
    return next((one.number for one in versions(desk.client) if one.version == now), 0)


def _difference(desk: Desk, old: int, new: int) -> tuple[str, ...] | None:
    """How two versions differ; None when one of the texts is kept no longer."""
    texts = []
    for number in (old, new):
        try:
            texts.append(text_of(desk.client, numbered(desk.client, number).version))
        except NotFound:
            return None
    return diff(texts[0], texts[1], str(old), str(new))


def _number(told: str) -> int:
    """Raises NotFound."""
    if not (told.isascii() and told.isdigit() and len(told) < 10):
        raise NotFound(Text("нет такой версии", "there is no such version"))
    return int(told)
