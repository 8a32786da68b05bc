"""The line and its dead letters in a person's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from processor.domain.advice import advice_for
from processor.domain.checkup import of_tags
from processor.domain.known import Account
from processor.rate import Limit, duration_ms
from processor.store.dead import DeadLetter
from processor.store.estimate import Estimate
from processor.telling.story import clock, value_text
from processor.telling.wording import LANES, duration_text, state_text
from processor.text import Language, Text

_LANE_TEXTS = dict(LANES.values())
_ELEMENTS_SHOWN_MAX = 5


def tell_queue(whole: Mapping[str, Any], language: Language) -> Iterator[str]:
    """The line, line by line."""

    def says(ru: str, en: str) -> str:
        return Text(ru, en).say(language)

    ready = ", ".join(f"{_LANE_TEXTS[name].say(language)} {n}" for name, n in whole["ready"].items() if n)
    total = sum(whole["ready"].values())
    yield says("Очередь", "The line")
    yield says(f"  доставок ждут правил: {whole['deliveries']}", f"  deliveries to apply: {whole['deliveries']}")
    yield says(f"  контактов в очереди: {total}", f"  contacts in line: {total}") + (f" ({ready})" if ready else "")
    yield says(f"  сейчас в работе: {whole['in_flight']}", f"  in flight: {whole['in_flight']}")
    later = whole["settling_or_retrying"]
    yield says(f"  ждут повтора или новых изменений: {later}", f"  settling or waiting for a retry: {later}")
    yield "  " + _delayed(whole, language)
    about = "" if whole["calls_exact"] else says("примерно ", "about ")
    how_long = duration_text(whole["duration_ms"], language)
    yield says(
        f"  вызовов нужно: {about}{whole['calls']}, {how_long}", f"  calls needed: {about}{whole['calls']}, {how_long}"
    )
    yield says("Отложено (queue dead)", "Set aside (queue dead)")
    yield says(f"  контактов целиком: {whole['parked']}", f"  whole contacts: {whole['parked']}")
    yield says(f"  не принятых значений: {whole['refused']}", f"  refused values: {whole['refused']}")
    yield says("Аккаунт", "The account")
    yield "  " + _account(whole, language)
    spent = whole["spent"]
    window = duration_text(spent["window_ms"], language)
    yield says(
        f"  вызовов за {window}: {spent['calls']} из {spent['allowed']}",
        f"  calls in the last {window}: {spent['calls']} of {spent['allowed']}",
    )
    tags = of_tags(whole["tags_as"], Account(tags=whole["tags_known"]))
    if tags.state != "ok":
        yield f"  {tags.said.say(language)}" + (f" → {tags.todo.say(language)}" if tags.todo else "")


def _delayed(whole: Mapping[str, Any], language: Language) -> str:
    """How many delayed rules wait: those of one event for the same moment count once."""
    said = Text(f"отложенных правил ждут: {whole['delayed']}", f"delayed rules waiting: {whole['delayed']}").say(
        language
    )
    if whole["next_due_ms"] is None:
        return said
    due = clock(whole["next_due_ms"])
    return said + Text(f", ближайшее: {due} UTC", f", the next one: {due} UTC").say(language)


def _account(whole: Mapping[str, Any], language: Language) -> str:
    if not whole["workers"]:
        return Text("нет ни одного обработчика", "there is no worker").say(language)
    state = state_text(whole["state"]).say(language)
    if whole["resting_until_ms"] is None:
        return state
    until = clock(whole["resting_until_ms"])
    return Text(f"отдыхает до {until} UTC: {state}", f"resting until {until} UTC: {state}").say(language)


def tell_letter(letter: DeadLetter, language: Language) -> Iterator[str]:
    """One dead letter: what, why, what to do."""
    advice = advice_for(letter.reason)
    if letter.parked:
        names = [wish.element for wish in letter.wishes]
        shown = ", ".join(names[:_ELEMENTS_SHOWN_MAX]) + (", …" if len(names) > _ELEMENTS_SHOWN_MAX else "")
        what = Text(f"отложен целиком, ждут {len(names)}: {shown}", f"parked whole, {len(names)} wait: {shown}")
        yield f"{clock(letter.at_ms)}  {letter.contact}  {what.say(language)}"
    else:
        (wish,) = letter.wishes
        yield f"{clock(letter.at_ms)}  {letter.contact}  {wish.element} = {value_text(wish.value)}  ← {wish.rule}"
    said = f" — {letter.said.say(language)}" if letter.said else ""
    yield f"    {letter.reason}: {advice.why.say(language)}{said}"
    events = list(dict.fromkeys(wish.event for wish in letter.wishes))
    shown = ", ".join(events[:_ELEMENTS_SHOWN_MAX]) + (", …" if len(events) > _ELEMENTS_SHOWN_MAX else "")
    yield Text(f"    события: {shown}", f"    events: {shown}").say(language)
    yield f"    → {advice.todo.say(language)}"


def tell_price(calls: int, waiting: Estimate, limits: tuple[Limit, ...], language: Language) -> Iterator[str]:
    """What retrying costs, and how long the line before it is."""
    own = duration_text(duration_ms(calls, limits), language)
    yield Text(f"Цена в вызовах: {calls}, {own}", f"Price in calls: {calls}, {own}").say(language)
    about = "" if waiting.exact else Text("примерно ", "about ").say(language)
    there = duration_text(duration_ms(waiting.calls, limits), language)
    yield Text(
        f"Очередь сейчас, в вызовах: {about}{waiting.calls}, {there}",
        f"The line now, in calls: {about}{waiting.calls}, {there}",
    ).say(language)
