"""The rules as a list of sentences; what is done to one goes into the visitor's draft, never into the file."""

from __future__ import annotations

from itertools import count
from typing import Final
from urllib.parse import urlencode

from processor.domain.rule import Ruleset
from processor.errors import EditRefused, FaultsFound, NotFound, Refused
from processor.rules.edit.edits import Copy, Delete, Edit, Move, Switch, edit_text
from processor.store.counts import counts
from processor.store.drafts import drafts_of, save_draft
from processor.store.users import users
from processor.store.versions import last_of
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.reply import Page, Redirect, Reply
from processor.web.console.rules_bench import bench_of, checked, person
from processor.web.console.rules_rows import elsewhere, rows_of
from processor.web.console.visit import Visit

PAGE_ROWS: Final = 100
DAYS_COUNTED: Final = 7

_DONE: Final = {
    "on": Text("включено", "switched on"),
    "off": Text("выключено", "switched off"),
    "up": Text("выше", "moved up"),
    "down": Text("ниже", "moved down"),
    "copy": Text("создана копия, пока выключенная", "copied; the copy is switched off for now"),
    "delete": Text("удалено", "deleted"),
}
_IN_DRAFT: Final = Text("пока только в вашем черновике", "only in your draft so far")


def rules(desk: Desk, visit: Visit) -> Reply:
    """The visitor's draft, as far as it can be read, else what runs. Raises StoreError."""
    return _page(desk, visit)


def change(desk: Desk, visit: Visit) -> Reply:
    """Switch, move, copy or delete one rule in the draft. Raises NotFound, StoreError."""
    bench, done, name = bench_of(desk, visit), visit.form.get("do", ""), visit.form.get("rule", "")
    ruleset = checked(desk, bench.text).ruleset
    if done not in _DONE:
        raise NotFound(Text("нет такого действия", "there is no such action"))
    if ruleset is None:
        text = Text(
            "в черновике ошибки: сначала исправьте их в тексте", "the draft has faults: mend them in the text first"
        )
        return _page(desk, visit, text, 422)
    try:
        edits = _edits(ruleset, done, name)
        text_now = edit_text(bench.text, edits, file=desk.publisher.path.name) if edits else bench.text
        save_draft(desk.client, person(visit), text_now, bench.base, over=bench.revision)
    except (EditRefused, FaultsFound, Refused) as error:
        return _page(desk, visit, error.text, 409)
    said, where = _DONE[done], _back(visit)
    return Redirect(where, Text(f"«{name}»: {said.ru}; {_IN_DRAFT.ru}", f"“{name}”: {said.en}; {_IN_DRAFT.en}"))


def _edits(ruleset: Ruleset, done: str, name: str) -> list[Edit]:
    rule = next((one for one in ruleset.rules if one.name == name), None)
    if rule is None:
        raise EditRefused(Text(f"правила «{name}» в черновике нет", f"the draft has no rule “{name}”"))
    target = rule.position + (1 if done == "down" else -1)
    if done in ("up", "down"):
        return [Move(rule.position, target)] if 0 <= target < len(ruleset.rules) else []
    if done == "copy":
        taken = {one.name for one in ruleset.rules}
        return [Copy(rule.position, next(f"{name} {n}" for n in count(2) if f"{name} {n}" not in taken))]
    return [Delete(rule.position)] if done == "delete" else [Switch(rule.position, on=done == "on")]


def _page(desk: Desk, visit: Visit, problem: Text | None = None, status: int = 200) -> Page:
    bench = bench_of(desk, visit)
    running = desk.book.current()
    found = checked(desk, bench.text)
    ruleset = found.ruleset or running
    warnings = found.warnings if found.ruleset else ()
    asked = visit.query.get("q", visit.form.get("q", "")).strip()
    rows = rows_of(ruleset, running, counts(desk.client, days=DAYS_COUNTED), warnings, asked)
    page = _number(visit.query.get("page", visit.form.get("page", "")))
    first = max(0, min(page - 1, (len(rows) - 1) // PAGE_ROWS)) * PAGE_ROWS
    values = {
        "bench": bench,
        "running": running,
        "version": last_of(desk.client, running.version),
        "book_faults": desk.book.faults,
        "found": found,
        "ruleset": ruleset,
        "rows": rows[first : first + PAGE_ROWS],
        "count": len(rows),
        "page": first // PAGE_ROWS + 1,
        "pages": max(1, -(-len(rows) // PAGE_ROWS)),
        "asked": asked,
        "last": len(ruleset.rules) - 1,
        "elsewhere": elsewhere(ruleset, warnings),
        "others": _others(desk, visit),
        "problem": problem,
    }
    return Page("rules.html", values, status)


def _others(desk: Desk, visit: Visit) -> list[tuple[str, int]]:
    """Who else has a draft, for those who may have one."""
    if not visit.may("rules"):
        return []
    own = person(visit)
    return drafts_of(desk.client, [user.name for user in users(desk.client) if user.name != own])


def _back(visit: Visit) -> str:
    kept = {name: visit.form[name] for name in ("q", "page") if visit.form.get(name)}
    return "/rules" + (f"?{urlencode(kept)}" if kept else "")


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 6 else 1
