"""A draft becomes the rules: what changes, what stops it, what somebody else did meanwhile."""

from __future__ import annotations

import contextlib

from processor.errors import Conflict, FaultsFound, NotFound, NotWritable, Refused
from processor.rules.mask import diff
from processor.rules.merge import merged
from processor.rules.veil import uncovers
from processor.store.drafts import drop_draft, save_draft
from processor.store.versions import last_of
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Redirect, Reply
from processor.web.console.rules_bench import Bench, bench_of, checked, person, revision_of, sees_secrets, started_text
from processor.web.console.rules_text import told_of
from processor.web.console.visit import Visit

_NO_DRAFT = Text("публиковать нечего: черновика нет", "there is nothing to publish: you have no draft")
_OTHER = Text(
    "черновик с тех пор изменён; посмотрите, что изменится, ещё раз",
    "the draft was changed since; look again at what will change",
)
_MEET = Text(
    "ваши изменения и чужие в одних и тех же строках: сведите их в тексте сами",
    "your changes and theirs meet in the same lines: bring them together in the text yourself",
)
_SHOWS = Text(
    "вместе эти изменения показали бы секрет: сведите их в тексте сами",
    "together these changes would show a secret: bring them together in the text yourself",
)


def look(desk: Desk, visit: Visit) -> Reply:
    """What would change. Raises StoreError."""
    return _page(desk, visit, bench_of(desk, visit))


def publish(desk: Desk, visit: Visit) -> Reply:
    """Make the draft the rules. Raises Refused without a draft, StoreError; whatever stops it, the draft stays."""
    bench = _own(desk, visit)
    if revision_of(visit) != bench.revision:
        return _page(desk, visit, bench, _OTHER, 409)
    faults = checked(desk, bench.text).faults
    if faults:
        return _page(desk, visit, bench, None, 422)
    try:
        done = desk.publisher.publish(
            bench.text, base=bench.base, author=person(visit), note=visit.form.get("note", "")
        )
    except FaultsFound as error:
        return _page(desk, visit, bench, error.text, 422)
    except (Conflict, NotWritable, NotFound) as error:
        now = bench_of(desk, visit)
        # Both differences are on the page; the error's own text would only repeat one.
        return _page(desk, visit, now, None if now.moved else error.text, 409)
    with contextlib.suppress(Refused):  # what was typed in another tab meanwhile stays
        drop_draft(desk.client, person(visit), over=bench.revision)
    _take(desk)
    said = Text(f"правила опубликованы: версия {done.number}", f"the rules are published: version {done.number}")
    return Redirect("/rules", said)


def merge(desk: Desk, visit: Visit) -> Reply:
    """Let the draft start from what the file holds now: with both changes (`top`), or as it is (`mine`).

    Raises Refused when they meet, or the draft is another one than was shown, StoreError.
    """
    bench = _own(desk, visit)
    text = bench.text
    if visit.form.get("how") != "mine":
        started = started_text(desk, bench, bench.base)
        together = merged(started, bench.text, bench.file) if started is not None else None
        if together is None:
            raise Refused("meet", _MEET)
        if not sees_secrets(visit) and (uncovers(bench.text, together) or uncovers(bench.file, together)):
            raise Refused("shows", _SHOWS)
        text = together
    save_draft(desk.client, person(visit), text, bench.file_version, over=revision_of(visit))
    return Redirect(
        "/rules/publish", Text("черновик теперь поверх новой версии", "the draft now stands on the new version")
    )


def _take(desk: Desk) -> None:
    """Let this process run at once what it published; otherwise it would see it within a second."""
    with contextlib.suppress(FaultsFound, NotFound):
        desk.book.load()


def _own(desk: Desk, visit: Visit) -> Bench:
    bench = bench_of(desk, visit)
    if bench.draft is None:
        raise Refused("no_draft", _NO_DRAFT)
    return bench


def _page(desk: Desk, visit: Visit, bench: Bench, problem: Text | None = None, status: int = 200) -> Page:
    found = checked(desk, bench.text)
    started = started_text(desk, bench, bench.base) if bench.moved else None
    draft, file = visit.say(Text("черновик", "draft")), desk.publisher.path.name
    theirs: tuple[str, ...] = ()
    mine = diff(bench.file, bench.text, file, draft)
    if started is not None:
        theirs, mine = diff(started, bench.file, bench.base, file), diff(started, bench.text, bench.base, draft)
    values = {
        "bench": bench,
        "faults": told_of(found.faults, bench.text, visit),
        "warnings": told_of(found.warnings, bench.text, visit),
        "mine": mine,
        "theirs": theirs,
        "kept": started is not None,
        "clean": started is not None and merged(started, bench.text, bench.file) is not None,
        "by": last_of(desk.client, bench.file_version) if bench.moved else None,
        "started": last_of(desk.client, bench.base),
        "note": visit.form.get("note", ""),
        "problem": problem,
    }
    return Page("rules_publish.html", values, status)
