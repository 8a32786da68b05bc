"""The form of one rule, beside it the same rule as YAML; it is kept in the visitor's draft."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from processor.errors import EditRefused, FaultsFound, NotFound, WatbotHooksError
from processor.rules.edit.bare import Bare
from processor.rules.edit.edits import edit_text
from processor.rules.form.fields import Form
from processor.rules.form.posted import form_from, pressed
from processor.rules.form.read import form_of
from processor.rules.form.write import edits_of, new_rule
from processor.text import Text
from processor.web.console import rule_offers, rule_view
from processor.web.console.desk import Desk
from processor.web.console.drafting import Work, file_of, keep, rules_in, work_of
from processor.web.console.reply import Page, Redirect, Reply
from processor.web.console.visit import Visit

NEW: Final = "new"
POSITION_MAX: Final = 100_000
_CHANGED: Final = Text(
    "это правило тем временем изменили в другой вкладке; введённое здесь сохранено на этой странице: откройте правило "
    "заново и перенесите нужное",
    "this rule was changed in another tab meanwhile; what you typed is still on this page: open the rule anew and "
    "carry over what you need",
)


def new(desk: Desk, visit: Visit) -> Reply:
    """A new rule; `?event=` begins with what that event says. Raises NotFound, StoreError."""
    form = rule_offers.from_event(desk, visit) if visit.query.get("event") else Form()
    return _page(desk, visit, work_of(desk, visit), NEW, form, mark="")


def rule(desk: Desk, visit: Visit) -> Reply:
    """The rule at a position, from 0, of the draft. Raises NotFound, StoreError."""
    work = work_of(desk, visit)
    position = _position(visit)
    try:
        held = _held(work, file_of(desk), position)
    except (FaultsFound, EditRefused) as error:
        return _unreadable(error)
    return _page(desk, visit, work, str(position), form_of(held), mark=mark_of(held))


def save(desk: Desk, visit: Visit) -> Reply:
    """Keep what was filled in; with another `do`, show the form again with a row more or less. Raises StoreError."""
    action = visit.form.get("do", "save")
    posted, work = visit.form, work_of(desk, visit)
    where = NEW if visit.named["position"] == NEW else str(_position(visit))
    mark = visit.form.get("mark", "")
    if action != "save":
        return _page(desk, visit, work, where, form_from(pressed(posted, action)), mark=mark, tried=action == "test")
    form = form_from(posted)
    try:
        text = edited(desk, work, where, form, mark)
    except (FaultsFound, EditRefused) as error:
        return _page(desk, visit, work, where, form, mark=mark, problem=error.text, status=422)
    if text is None:
        return _page(desk, visit, work, where, form, mark=mark, problem=_CHANGED, status=409)
    position = len(rules_in(text, file_of(desk))) - 1 if where == NEW else int(where)
    if text != work.text:
        keep(desk, visit, work, text)
    said = Text(
        f"правило «{form.name.strip()}» сохранено в черновике", f'rule "{form.name.strip()}" is saved in your draft'
    )
    return Redirect(f"/rules/rule/{position}", said)


def edited(desk: Desk, work: Work, where: str, form: Form, mark: str) -> str | None:
    """The draft's text with the rule as filled in; None when the rule is not what the form was made from.

    Raises FaultsFound, EditRefused.
    """
    file = file_of(desk)
    if where == NEW:
        return edit_text(work.text, [new_rule(form)], file=file)
    try:
        held = _held(work, file, int(where))
    except (NotFound, ValueError):
        return None
    if mark_of(held) != mark:
        return None
    return edit_text(work.text, edits_of(int(where), held, form), file=file)


def mark_of(held: Bare) -> str:
    """Tells one state of a rule from another."""
    return hashlib.sha256(repr(held).encode("utf-8", "replace")).hexdigest()[:16]


def _position(visit: Visit) -> int:
    named = visit.named["position"]
    if not (named.isascii() and named.isdigit() and int(named[:9]) < POSITION_MAX):
        raise NotFound(Text("такого правила нет", "there is no such rule"))
    return int(named)


def _held(work: Work, file: str, position: int) -> Bare:
    rules = rules_in(work.text, file)
    if position >= len(rules):
        raise NotFound(Text("такого правила в черновике нет", "the draft has no such rule"))
    return rules[position]


def _kept(work: Work, file: str, where: str) -> Mapping[str, str]:
    """The parts of the rule that no field shows. Raises FaultsFound, EditRefused, NotFound."""
    return form_of(_held(work, file, int(where))).kept if where != NEW else {}


def _unreadable(error: WatbotHooksError) -> Page:
    return Page("rule_unreadable.html", {"faults": getattr(error, "faults", ()), "problem": error.text}, 422)


def _page(
    desk: Desk,
    visit: Visit,
    work: Work,
    where: str,
    form: Form,
    *,
    mark: str,
    problem: Text | None = None,
    tried: bool = False,
    status: int = 200,
) -> Page:
    """The form, and what it would make of the draft as far as that can be written."""
    file = file_of(desk)
    text, unwritten = work.text, problem
    try:
        form = replace(form, kept=form.kept or _kept(work, file, where))
        text = edited(desk, work, where, form, mark) or work.text
    except (FaultsFound, EditRefused) as error:
        unwritten = unwritten or error.text
    position = int(where) if where != NEW else len(rules_in(text, file)) - 1 if text != work.text else -1
    shown: Mapping[str, Any] = rule_view.preview(text, file, position, visit.look.language, tried=tried)
    values = {
        "form": form,
        "where": where,
        "mark": mark,
        "problem": problem,
        "unwritten": unwritten,
        "offers": rule_offers.offers(desk, work, file),
        **rule_view.WORDS,
        **shown,
    }
    return Page("rule.html", values, status)
