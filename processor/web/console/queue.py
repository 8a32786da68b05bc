"""The line before Watbot and what was set aside: why, what to do, and doing it with the price shown first."""

from __future__ import annotations

from itertools import islice
from typing import Final

from processor.domain.advice import advice_for
from processor.domain.edit import Edit, edit_of
from processor.domain.lane import REPLAY, RETRY
from processor.domain.policy import Policy
from processor.errors import NotFound, Refused
from processor.rate import duration_ms
from processor.store.account import account
from processor.store.dead import DeadLetter, Search, dead_letters
from processor.store.estimate import estimate, lanes, price_of
from processor.store.revive import by_contact, revive
from processor.store.revive import drop as drop_letters
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.overview import current
from processor.web.console.reply import Page, Redirect, Reply
from processor.web.console.visit import Fields, Visit

SHOWN_MAX: Final = 50
# What one press does; each contact is a write to disk, and a page must come back.
PRESSED_MAX: Final = 1_000
FILTERS: Final = ("contact", "element", "reason", "rule")
KINDS: Final = ("field", "tag", "utm", "variable", "status")


def queue(desk: Desk, visit: Visit) -> Reply:
    """How the line stands, and the newest dead letters that the filter names. Raises StoreError."""
    search = _search(visit.query)
    letters = dead_letters(desk.client, search, limit=SHOWN_MAX + 1)
    values = {
        "now": current(desk),
        "lanes": lanes(desk.client),
        "letters": [(letter, advice_for(letter.reason)) for letter in letters[:SHOWN_MAX]],
        "more": len(letters) > SHOWN_MAX,
        "filters": _filters(visit.query),
        "kinds": KINDS,
    }
    return Page("queue.html", values)


def confirm(desk: Desk, visit: Visit) -> Reply:
    """What a retry or a drop would be: how many, the first of them, the price. Raises NotFound, StoreError."""
    filters, action = _filters(visit.query), visit.query.get("action", "retry")
    letters = _found(desk, _search(visit.query))
    pressed = list(_pressed(letters))
    rules, now_ms = desk.book.current(), desk.clock.now_ms()
    known = account(desk.client)
    policy = Policy(rules.unnamed, rules.confirmed_ttl_ms, rules.utm_as, rules.tags_as)
    calls = price_of([one for group in pressed for one in group], known, policy, now_ms=now_ms)
    waiting = estimate(desk.client, known, policy, now_ms=now_ms)
    rate = desk.settings.watbot_rate
    values = {
        "action": action,
        "filters": filters,
        "letters": [(letter, advice_for(letter.reason)) for letter in letters[:SHOWN_MAX]],
        "count": sum(len(group) for group in pressed),
        "left": len(letters) - sum(len(group) for group in pressed),
        "calls": calls,
        "duration_ms": duration_ms(calls, rate),
        "waiting": waiting,
        "waiting_ms": duration_ms(waiting.calls, rate),
        "editable": bool(filters.get("contact") and filters.get("element") and action == "retry"),
    }
    return Page("queue_confirm.html", values)


def retry(desk: Desk, visit: Visit) -> Reply:
    """Want them again, perhaps with a mended value. Raises NotFound, Refused, StoreError."""
    search, edit = _search(visit.form), _edit(visit)
    letters = _found(desk, search)
    # One contact that a person looks at goes before a whole selection.
    lane = RETRY if search.contact else REPLAY
    done = [
        revive(desk.client, group, lane=lane, by=_person(visit), journal_days=desk.settings.journal_days, edit=edit)
        for group in _pressed(letters)
    ]
    wishes, outdated = sum(one.wishes for one in done), sum(one.outdated for one in done)
    ru, en = f"снова в очереди: {wishes}", f"in line again: {wishes}"
    if outdated:
        ru, en = f"{ru}; уже есть более новое: {outdated}", f"{en}; something newer stands already: {outdated}"
    return Redirect("/queue", Text(ru, en))


def drop(desk: Desk, visit: Visit) -> Reply:
    """Give them up for good. Raises NotFound, StoreError."""
    search = _search(visit.form)
    gone = sum(
        drop_letters(
            desk.client,
            group,
            by=_person(visit),
            journal_days=desk.settings.journal_days,
            contact_days=desk.settings.contact_days,
            waiting=[e for letter in group for e in letter.failing if search.element is not None and search.names(e)],
        )
        for group in _pressed(_found(desk, search))
    )
    return Redirect("/queue", Text(f"отброшено изменений: {gone}", f"changes given up: {gone}"))


def _filters(given: Fields) -> dict[str, str]:
    return {name: given[name].strip() for name in FILTERS if given.get(name, "").strip()}


def _search(given: Fields) -> Search:
    return Search(**_filters(given))


def _found(desk: Desk, search: Search) -> list[DeadLetter]:
    letters = dead_letters(desk.client, search)
    if not letters:
        raise NotFound(Text("отложенного нет", "nothing was set aside"))
    return letters


def _pressed(letters: list[DeadLetter]) -> islice[list[DeadLetter]]:
    return islice(by_contact(letters), PRESSED_MAX)


def _edit(visit: Visit) -> Edit | None:
    if "value" not in visit.form:
        return None
    edit = edit_of(visit.form.get("element", ""), visit.form["value"])
    if isinstance(edit, Text):
        raise Refused("value", edit)
    return edit


def _person(visit: Visit) -> str:
    return visit.user.name if visit.user else "console"
