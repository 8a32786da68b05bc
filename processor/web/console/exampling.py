"""Examples of the draft's rules: made from an event that came, and run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from processor.domain.rule import Ruleset
from processor.errors import EditRefused, FaultsFound, NotFound, Refused
from processor.examples.compare import outcome_of
from processor.examples.play import Played, play
from processor.rules.edit.edits import AddItem, Change, Edit, edit_text
from processor.rules.edit.render import Plain, Value
from processor.rules.examples.beside import examples_beside
from processor.scrub import mask_people
from processor.text import Text
from processor.web.console.desk import Desk
from processor.web.console.drafting import Work, compiled, file_of, keep, rules_in, work_of
from processor.web.console.reply import Page, Redirect, Reply
from processor.web.console.rule_view import NO_FOLDER, prove
from processor.web.console.told_events import event_told
from processor.web.console.visit import Visit

# An example stays in the file for years: whom it was about must not be read there.
INVENTED: Final[Mapping[str, str]] = {
    "phone": "+79000000001",
    "email": "anna@example.com",
    "name": "Анна Примерова",
    "first_name": "Анна",
    "last_name": "Примерова",
    "address": "улица Примерная, 1",
    "id": "1001",
    "telegram_id": "1000001",
    "telegram_username": "anna_example",
    "viber_id": "viber-example",
    "vk_id": "1000001",
}
LEFT_OUT: Final = ("raw", "thin")
VALUE_CHARACTERS_MAX: Final = 500
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
# What visitors' forms call their fields, to know whose answer stands there.
_ASKED: Final[Mapping[str, re.Pattern[str]]] = {
    "phone": re.compile(r"phone|тел|whatsapp|мобил", re.I),
    "email": re.compile(r"mail|почт", re.I),
    "address": re.compile(r"addr|адрес", re.I),
    "name": re.compile(r"name|имя|фио|фамил|отчеств|зовут", re.I),
}
_EFFECTS: Final = ("tags", "remove_tags", "variables", "remove_variables")


def examples(desk: Desk, visit: Visit) -> Reply:
    """Every example beside the draft's rules, run. Raises StoreError."""
    found = compiled(work_of(desk, visit).text, file_of(desk))
    proven = prove(found.rules, visit.look.language) if found.rules else []
    return Page("examples.html", {"faults": found.faults, "proven": proven}, 422 if found.rules is None else 200)


def add_example(desk: Desk, visit: Visit) -> Reply:
    """An event becomes an example of a rule of the draft, with what that rule does today. Raises NotFound, Refused…"""
    story, told = event_told(desk, visit.form.get("event", ""), visit.form.get("part", "0"))
    event = example_event(told)
    work, file = work_of(desk, visit), file_of(desk)
    rules = compiled(work.text, file).rules
    if rules is None:
        raise Refused("draft_faulty", Text("в черновике ошибки: сначала исправьте их", "mend the draft's faults first"))
    wanted = visit.form.get("rule", "")
    position = next((rule.position for rule in rules.rules if rule.name == wanted), None)
    if position is None:
        raise NotFound(Text("такого правила в черновике нет", "the draft has no such rule"))
    entry: dict[str, Value] = {"name": f"{story.row.event or story.row.source} {story.row.id[-6:]}", "event": event}
    text = _added(work, file, position, entry)
    expected = _expected(text, file, position)
    text = _added(work, file, position, {**entry, "expect": expected})
    keep(desk, visit, work, text)
    said = Text(
        f"событие стало примером правила «{wanted}»; личные данные заменены выдуманными",
        f'the event is now an example of rule "{wanted}"; personal data were replaced by invented ones',
    )
    return Redirect(f"/rules/rule/{position}", said)


def example_event(event: Mapping[str, Any]) -> dict[str, Value]:
    """An event as an example has it: people invented, times and the raw body left out. Pure."""
    return {name: each for name, value in event.items() if (each := _part(name, value)) is not None}


def _part(name: str, value: Any) -> Value:
    if (name in LEFT_OUT and not isinstance(value, str)) or value is None or value in ({}, [], ""):
        return None
    if name == "customer" and isinstance(value, Mapping):
        return {key: INVENTED.get(key, _plain(each)) for key, each in value.items() if each not in (None, "")} or None
    if isinstance(value, Mapping):
        inner = {
            str(key): _answer(str(key), each) if name == "fields" else _part(str(key), each)
            for key, each in value.items()
        }
        return {key: each for key, each in inner.items() if each is not None} or None
    if isinstance(value, list):
        return [each for one in value if (each := _part("", one)) is not None] or None
    return _plain(value)


def _answer(question: str, value: Any) -> Value:
    """What somebody answered in a form."""
    about = next((what for what, asked in _ASKED.items() if asked.search(question)), None)
    return INVENTED[about] if about and isinstance(value, str) and value.strip() else _part(question, value)


def _plain(value: Any) -> Value:
    """A number or a flag as such; a text that holds somebody's phone or e-mail gives way to an invented one."""
    if isinstance(value, bool | int | float):
        return value
    text = str(value)[:VALUE_CHARACTERS_MAX]
    if mask_people(text) == text:
        return Plain(text) if _NUMBER.fullmatch(text) else text
    if "@" in text:
        return INVENTED["email"]
    return text if _NUMBER.fullmatch(text) and not text.startswith(("7", "8", "9")) else INVENTED["phone"]


def _added(work: Work, file: str, position: int, entry: Mapping[str, Value]) -> str:
    """The draft's text with one example more. Raises EditRefused, FaultsFound."""
    rule = rules_in(work.text, file)[position]
    held = rule.get("examples") if isinstance(rule, dict) else None
    edit: Edit = Change(position, ("examples",), [entry])
    if isinstance(held, list) and held:
        edit = AddItem(position, ("examples",), len(held), entry)
    return edit_text(work.text, [edit], file=file)


def _expected(text: str, file: str, position: int) -> Value:
    """What the rule makes of the example that was added last. Raises EditRefused when the text has faults."""
    found = compiled(text, file)
    if found.rules is None:
        raise FaultsFound(found.faults)
    example = [one for one in examples_beside(found.rules) if one.rule == position][-1]
    expected = dict(_told(found.rules, play(found.rules, example, NO_FOLDER)))
    if not expected:
        raise EditRefused(Text("пример не проигрывается", "the example cannot be played"))
    return "nothing" if expected.get("matched") is False else {k: v for k, v in expected.items() if k != "matched"}


def _told(rules: Ruleset, played: Played) -> Iterator[tuple[str, Value]]:
    """What came of it, as `expect` writes it."""
    outcome = outcome_of(played)
    yield "matched", outcome["matched"]
    if not outcome["matched"]:
        return
    for name in _EFFECTS:
        value = outcome[name]
        if value:
            yield name, dict(value) if isinstance(value, Mapping) else list(value)
    if outcome["status"]:
        yield "status", outcome["status"][0] if len(outcome["status"]) == 1 else list(outcome["status"])
    if rules and not any(outcome[name] for name in (*_EFFECTS, "status")):
        yield "matched", True
