"""The whole rules file as text: kept as a draft while somebody types, its faults and their mends beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from processor.errors import Refused
from processor.fault import Fault
from processor.rules.lines import edited, lines_of
from processor.rules.told import Piece, told
from processor.rules.veil import uncovers
from processor.store.drafts import drop_draft
from processor.store.versions import last_of
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Redirect, Reply
from processor.web.console.rules_bench import (
    Bench,
    bench_of,
    checked,
    keep,
    person,
    revision_of,
    sees_secrets,
    shown,
    typed,
)
from processor.web.console.visit import Visit

FAULTS_SHOWN: Final = 50
# A form carries six bytes for a Cyrillic letter, and takes no more than 4 MiB (rim).
EDITED_CHARACTERS_MAX: Final = 600_000

_UNSAFE: Final = Text(
    "эту правку нельзя сделать здесь: она показала бы секрет; исправьте строку сами",
    "this mend cannot be made here: it would show a secret; change the line yourself",
)
_OUTDATED: Final = Text("этой ошибки в тексте больше нет", "the text has this fault no more")


@dataclass(frozen=True, slots=True)
class Told:
    """A fault as it is shown: its own words first, then excerpt, hints and mend as lines of pieces."""

    fault: Fault
    index: int
    lines: Sequence[Sequence[Piece]]


def text(desk: Desk, visit: Visit) -> Reply:
    """The visitor's draft, or the file; `part=disk` is only the word about a file that changed. Raises StoreError."""
    bench = bench_of(desk, visit)
    if visit.query.get("part") == "disk":
        return _disk(desk, visit, bench)
    return _page(desk, visit, bench, bench.text, over=bench.revision)


def check(desk: Desk, visit: Visit) -> Reply:
    """Keep what was typed, perhaps mend one fault of it, and tell what is wrong; `part=check`: only that.

    Raises StoreError.
    """
    bench = bench_of(desk, visit)
    sent = typed(desk, visit, bench)
    if visit.form.get("part") == "check":
        return Page("rules_check.html", _findings(desk, visit, sent))
    problem, over = None, revision_of(visit)
    try:
        if "mend" in visit.form:
            sent = _mended(desk, visit, sent)
        over = keep(desk, visit, bench, sent)
    except Refused as error:
        problem = error.text
    if problem is None and "publish" in visit.form:
        return Redirect("/rules/publish")
    return _page(desk, visit, bench, sent, over=over, problem=problem)


def save(desk: Desk, visit: Visit) -> Reply:
    """Keep what was typed, and tell its revision: the page calls this while somebody types. Raises StoreError."""
    bench = bench_of(desk, visit)
    try:
        over, problem = keep(desk, visit, bench, typed(desk, visit, bench)), None
    except Refused as error:
        over, problem = revision_of(visit), error.text
    return Page("rules_saved.html", {"over": over, "problem": problem, "other": bench.revision})


def drop(desk: Desk, visit: Visit) -> Reply:
    """Give the draft up. Raises Refused when it is another one than was shown, StoreError."""
    drop_draft(desk.client, person(visit), over=revision_of(visit))
    return Redirect("/rules", Text("черновик отброшен, файл не изменён", "the draft is dropped, the file unchanged"))


def told_of(faults: Sequence[Fault], text_: str, visit: Visit) -> list[Told]:
    """The first FAULTS_SHOWN of the faults, ready to be shown."""
    blocks: list[list[list[Piece]]] = [[]]
    for line in told(faults[:FAULTS_SHOWN], text_, visit.look.language):
        if line:
            blocks[-1].append(line)
        else:
            blocks.append([])
    pairs = zip(faults[:FAULTS_SHOWN], blocks, strict=False)
    return [Told(fault, index, block[1:]) for index, (fault, block) in enumerate(pairs)]


def _findings(desk: Desk, visit: Visit, text_: str) -> dict[str, object]:
    found = checked(desk, text_)
    return {
        "faults": told_of(found.faults, text_, visit),
        "warnings": told_of(found.warnings, text_, visit),
        "more": max(0, len(found.faults) - FAULTS_SHOWN),
        "rules": len(found.ruleset.rules) if found.ruleset else None,
    }


def _mended(desk: Desk, visit: Visit, text_: str) -> str:
    """The text with the mend that was pressed. Raises Refused."""
    found = checked(desk, text_)
    every = {f"e{index}": fault for index, fault in enumerate(found.faults)}
    every |= {f"w{index}": fault for index, fault in enumerate(found.warnings)}
    fault = every.get(visit.form["mend"])
    if fault is None or not fault.mend:
        raise Refused("outdated", _OUTDATED)
    mended = edited(text_, fault.mend)
    if not sees_secrets(visit) and uncovers(text_, mended):
        raise Refused("unsafe", _UNSAFE)
    return mended


def _page(desk: Desk, visit: Visit, bench: Bench, text_: str, *, over: int, problem: Text | None = None) -> Page:
    now = bench_of(desk, visit) if problem else bench
    values = {
        "bench": bench,
        "text": shown(visit, text_),
        "lines": len(lines_of(text_)),
        "over": over,
        "other": now.revision,
        "base": bench.draft.base if bench.draft else visit.form.get("base", "") or bench.base,
        "problem": problem,
        "masked": not sees_secrets(visit),
        "large": len(text_) > EDITED_CHARACTERS_MAX,
        "started": last_of(desk.client, bench.base),
        **_findings(desk, visit, text_),
    }
    return Page("rules_text.html", values, 409 if problem else 200)


def _disk(desk: Desk, visit: Visit, bench: Bench) -> Page:
    moved = visit.query.get("base", "") != bench.file_version
    by = last_of(desk.client, bench.file_version) if moved else None
    return Page("rules_disk.html", {"moved": moved, "by": by, "trouble": bench.trouble})
