"""`queue dead`: what could not be delivered, why, and what to do about it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import typer

from processor.commands.context import language_wanted, say, settings_beside
from processor.domain.advice import advice_for
from processor.store.connection import connect
from processor.store.dead import DeadLetter, Search, dead_letters
from processor.telling.queue import tell_letter
from processor.telling.story import plain
from processor.text import Text

Contact = Annotated[str | None, typer.Argument(help="1:whatsapp:+79000000001", show_default=False)]
Element = Annotated[
    str | None, typer.Option(help="field:email; или вид / or a kind: field, tag, utm, variable, status")
]
Reason = Annotated[str | None, typer.Option(help="refused, bad_call, utm_not_kept, nonsense, unavailable…")]
Rule = Annotated[str | None, typer.Option(help="имя правила / a rule's name")]


def dead(
    contact: Contact = None,
    element: Element = None,
    reason: Reason = None,
    rule: Rule = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 20,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> int:
    """Что не удалось доставить и что с этим делать / What could not be delivered, and what to do."""
    search = Search(contact=contact, element=element, reason=reason, rule=rule)
    letters = dead_letters(connect(settings_beside()), search, limit=limit)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode([_whole(letter) for letter in letters])).decode())
        return 0
    for letter in letters:
        for told in tell_letter(letter, language_wanted()):
            typer.echo(told)
    if not letters:
        typer.echo(say(Text("отложенного нет", "nothing was set aside")))
    return 0


def _whole(letter: DeadLetter) -> dict[str, Any]:
    advice = advice_for(letter.reason)
    return {
        "contact": letter.contact,
        "element": letter.element or None,
        "parked": letter.parked,
        "at_ms": letter.at_ms,
        "reason": letter.reason,
        "why": plain(advice.why),
        "todo": plain(advice.todo),
        "said": plain(letter.said) if letter.said else None,
        "failing": letter.failing,
        "wishes": [
            {"element": wish.element, "value": wish.value, "event": wish.event, "rule": wish.rule}
            for wish in letter.wishes
        ],
    }
