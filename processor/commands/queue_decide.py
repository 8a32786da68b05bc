"""`queue retry` and `queue drop`: what a person decides about dead letters, with the price before it is done."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from processor.clock import SystemClock
from processor.commands.agreeing import agreed
from processor.commands.context import language_wanted, person, say, settings_beside
from processor.commands.pricing import pricing
from processor.commands.queue_dead import Contact, Element, Reason, Rule
from processor.domain.edit import Edit, edit_of
from processor.domain.lane import REPLAY, RETRY
from processor.errors import NotFound
from processor.store.connection import Store, connect
from processor.store.dead import DeadLetter, Search, dead_letters
from processor.store.estimate import estimate, price_of
from processor.store.revive import by_contact, revive
from processor.store.revive import drop as drop_letters
from processor.telling.queue import tell_letter, tell_price
from processor.text import Text

# So many letters are shown whole before the question.
SHOWN_MAX = 10
# So many contacts take long enough to show how far it is.
PROGRESS_FROM = 200

All = Annotated[bool, typer.Option("--all", help="всё отложенное / everything that was set aside")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="не спрашивать / do not ask")]


def retry(
    contact: Contact = None,
    element: Element = None,
    reason: Reason = None,
    rule: Rule = None,
    everything: All = False,
    value: Annotated[
        str | None, typer.Option(help="новое значение элемента / a new value of the element", show_default=False)
    ] = None,
    yes: Yes = False,
) -> int:
    """Повторить отложенное, сначала цена / Retry what was set aside; the price comes first."""
    search = _search(contact, element, reason, rule, everything=everything)
    edit = _edit(contact, element, value)
    settings = settings_beside()
    client = connect(settings)
    letters = _found(client, search)
    if not letters:
        return 0
    prices, now_ms = pricing(client, settings), SystemClock().now_ms()
    calls = price_of(letters, prices.account, prices.policy, now_ms=now_ms)
    waiting = estimate(client, prices.account, prices.policy, now_ms=now_ms)
    _show(letters)
    for told in tell_price(calls, waiting, prices.limits, language_wanted()):
        typer.echo(told)
    if not agreed(Text("Повторить?", "Retry?"), yes=yes):
        return 1
    # One contact that a person looks at goes before a whole selection.
    lane, wishes, outdated = RETRY if contact else REPLAY, 0, 0
    for group in _in_turn(letters):
        done = revive(client, group, lane=lane, by=person(), journal_days=settings.journal_days, edit=edit)
        wishes, outdated = wishes + done.wishes, outdated + done.outdated
    typer.echo(say(Text(f"снова в очереди: {wishes}", f"in line again: {wishes}")))
    if outdated:
        typer.echo(say(Text(f"уже есть более новое: {outdated}", f"something newer stands already: {outdated}")))
    return 0


def drop(
    contact: Contact = None,
    element: Element = None,
    reason: Reason = None,
    rule: Rule = None,
    everything: All = False,
    yes: Yes = False,
) -> int:
    """Отказаться от отложенного навсегда / Give up what was set aside, for good."""
    search = _search(contact, element, reason, rule, everything=everything)
    settings = settings_beside()
    client = connect(settings)
    letters = _found(client, search)
    if not letters:
        return 0
    _show(letters)
    if not agreed(Text("Отказаться навсегда?", "Give up for good?"), yes=yes):
        return 1
    gone = sum(
        drop_letters(
            client,
            group,
            by=person(),
            journal_days=settings.journal_days,
            contact_days=settings.contact_days,
            waiting=[e for letter in group for e in letter.failing if element is not None and search.names(e)],
        )
        for group in _in_turn(letters)
    )
    typer.echo(say(Text(f"отброшено изменений: {gone}", f"changes given up: {gone}")))
    return 0


def _search(
    contact: str | None, element: str | None, reason: str | None, rule: str | None, *, everything: bool
) -> Search:
    named = any(part is not None for part in (contact, element, reason, rule))
    if named == everything:
        raise typer.BadParameter(
            say(
                Text(
                    "укажите контакт, --element, --reason или --rule, либо только --all",
                    "name a contact, --element, --reason or --rule, or --all alone",
                )
            )
        )
    return Search(contact=contact, element=element, reason=reason, rule=rule)


def _edit(contact: str | None, element: str | None, value: str | None) -> Edit | None:
    if value is None:
        return None
    if contact is None or element is None:
        needs = Text("нужны контакт и --element", "it needs a contact and --element")
        raise typer.BadParameter(say(needs), param_hint="--value")
    edit = edit_of(element, value)
    if isinstance(edit, Text):
        raise typer.BadParameter(say(edit), param_hint="--value")
    return edit


def _found(client: Store, search: Search) -> list[DeadLetter]:
    letters = dead_letters(client, search)
    if not letters and search.contact is not None:
        who = search.contact if search.element is None else f"{search.contact} {search.element}"
        raise NotFound(Text(f"отложенного нет: {who}", f"nothing was set aside: {who}"))
    if not letters:
        typer.echo(say(Text("отложенного нет", "nothing was set aside")))
    return letters


def _show(letters: list[DeadLetter]) -> None:
    for letter in letters[:SHOWN_MAX]:
        for told in tell_letter(letter, language_wanted()):
            typer.echo(told)
    if len(letters) > SHOWN_MAX:
        more = len(letters) - SHOWN_MAX
        typer.echo(say(Text(f"… и ещё {more}", f"… and {more} more")))


def _in_turn(letters: list[DeadLetter]) -> Iterator[list[DeadLetter]]:
    """Contact by contact, with progress on the other stream when there are many."""
    groups = by_contact(letters)
    if len(groups) < PROGRESS_FROM:
        yield from groups
        return
    with typer.progressbar(groups, file=sys.stderr) as shown:
        yield from shown
