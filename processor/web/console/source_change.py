"""Change a source: a new secret beside the old one, the old one gone, other settings, or the whole source removed."""

from __future__ import annotations

from collections.abc import Sequence

from processor.domain.sender import SENDERS
from processor.domain.source import Source
from processor.errors import Refused
from processor.rules.edit.edits import DropSource, Edit, PutSource
from processor.rules.file import read_rules
from processor.store.audit import Deed, note
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Redirect, Reply
from processor.web.console.source_form import COMMON, OPTIONS, hidden_of, options_of, secret_of
from processor.web.console.source_new import REFUSALS, difference_of, told_refusal
from processor.web.console.source_page import source_named, source_page
from processor.web.console.source_publish import placed, publish, refuse_faulty
from processor.web.console.source_written import listed, written_of
from processor.web.console.visit import Visit


def rotate(desk: Desk, visit: Visit) -> Reply:
    """A new secret beside those there are; the page shows it this once. Raises NotFound, StoreError."""
    of = source_named(desk, visit.named["name"])
    try:
        secret, made = secret_of(visit.form)
        kept = _rotate(desk, visit, of, secret)
    except REFUSALS as error:
        return _refused(desk, visit, of, error)
    said = Text(f"Источник {of.name}: новый секрет рядом с прежним.", f"Source {of.name}: a new secret beside the old.")
    if visit.user:
        note(desk.client, Deed(visit.user.name, "/sources/{name}/secret", said, visit.client))
    shown = {"once": secret, "made": made, "kept": kept, "added": said}
    return source_page(desk, visit, source_named(desk, of.name), shown)


def drop_old(desk: Desk, visit: Visit) -> Reply:
    """Only the newest secret remains. Raises NotFound, StoreError."""
    of = source_named(desk, visit.named["name"])
    said = Text(f"Источник {of.name}: прежние секреты убраны.", f"Source {of.name}: the old secrets are gone.")
    try:
        text = read_rules(desk.publisher.path)
        edits: list[Edit] = []
        for kind in ("secret", "token"):
            written = listed(text, desk.publisher.path.name, of.name, kind)
            if len(written) > 1:
                edits.append(PutSource(of.name, written[-1], (kind,)))
        if not edits:
            refuse_faulty(desk, text)
            raise Refused("one_secret", Text("у источника только один секрет", "the source has one secret only"))
        publish(desk, visit, edits, said, text)
    except REFUSALS as error:
        return _refused(desk, visit, of, error)
    return Redirect(f"/sources/{of.name}", said)


def change(desk: Desk, visit: Visit) -> Reply:
    """Settings that are no secrets, and the API's when they were filled in. Raises NotFound, StoreError."""
    of = source_named(desk, visit.named["name"])
    said = Text(f"Источник {of.name}: настройки изменены.", f"Source {of.name}: the settings were changed.")
    try:
        _change(desk, visit, of, said)
    except REFUSALS as error:
        return _refused(desk, visit, of, error)
    return Redirect(f"/sources/{of.name}", said)


def remove(desk: Desk, visit: Visit) -> Reply:
    """The source goes; its sender is answered 404 from then on. Raises NotFound, StoreError."""
    of = source_named(desk, visit.named["name"])
    said = Text(f"Источник {of.name} удалён.", f"The source {of.name} was removed.")
    try:
        if visit.form.get("sure") != "yes":
            raise Refused("sure", Text("подтвердите удаление галочкой", "confirm the removal by the tick"))
        publish(desk, visit, [DropSource(of.name)], said)
    except REFUSALS as error:
        return _refused(desk, visit, of, error)
    return Redirect("/sources", said)


def _rotate(desk: Desk, visit: Visit, of: Source, secret: str) -> Text:
    text, file = read_rules(desk.publisher.path), desk.publisher.path.name
    kind = _kind(of)
    old = listed(text, file, of.name, kind)
    edits: list[Edit] = [DropSource(of.name, ("proof",))] if of.proof == "none" else []
    with placed(desk, of.name, {(kind,): secret}) as done:
        new = done.written[kind,]
        edits.append(PutSource(of.name, [*old, new] if old else new, (kind,)))
        publish(desk, visit, edits, Text(f"Источник {of.name}: новый секрет", f"Source {of.name}: a new secret"), text)
        return done.told


def _kind(of: Source) -> str:
    """Under which setting the next secret belongs."""
    if of.secrets or of.tokens:
        return "secret" if of.secrets else "token"
    kinds = [one for one in SENDERS[of.preset].proofs if one != "addresses"]
    return kinds[0]


def _change(desk: Desk, visit: Visit, of: Source, said: Text) -> None:
    text, file = read_rules(desk.publisher.path), desk.publisher.path.name
    sender = SENDERS[of.preset]
    before, wanted = written_of(text, file, of.name), options_of(visit.form, sender)
    edits: list[Edit] = []
    for name in (*(one for one in OPTIONS if one in sender.options), *COMMON):
        if visit.form.get(name, "").strip() == before.get(name, ""):
            continue
        edits.append(PutSource(of.name, wanted[name], (name,)) if name in wanted else DropSource(of.name, (name,)))
    with placed(desk, of.name, hidden_of(visit.form, sender)) as done:
        edits += [PutSource(of.name, written, path) for path, written in done.written.items()]
        if not edits:
            raise Refused("nothing", Text("ничего не изменено", "nothing was changed"))
        publish(desk, visit, edits, said, text)


def _refused(desk: Desk, visit: Visit, of: Source, error: Exception) -> Page:
    problems: Sequence[Text] = told_refusal(error)
    return source_page(desk, visit, of, {"problems": problems, "diff": difference_of(error)}, 422)
