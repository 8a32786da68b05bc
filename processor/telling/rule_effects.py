"""What a rule does, in words: «добавить тег «Покупатель», статус «Новый заказ»»."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from processor.domain.rule import Effects, Rule
from processor.domain.template import Template
from processor.telling.rule_tests import LISTED_MAX
from processor.telling.rule_words import CONTACT, filled, quoted, span_text
from processor.text import Language, Text

_UTM: Final = {
    "first": Text("сохранить первые UTM", "keep the first UTM"),
    "last": Text("записать новые UTM", "write the new UTM"),
    "off": Text("UTM не трогать", "leave the UTM alone"),
}
_NOTHING: Final = Text("обновить данные контакта", "bring the contact's data up to date")
_STOP: Final = Text("правила ниже не смотреть", "look at no rule below")


def effects_told(rule: Rule, language: Language) -> str:
    """All that the rule does, in the order in which people ask for it."""
    effects = list(_effects(rule.then, language)) or ([] if rule.stop else [_NOTHING.say(language)])
    return ", ".join([*effects, *_manner(rule, language)])


def _effects(then: Effects, language: Language) -> Iterator[str]:
    russian = language == "ru"
    yield from _tags(then.tags, Text("добавить тег", "add the tag"), Text("добавить теги", "add the tags"), language)
    yield from _tags(
        then.remove_tags, Text("снять тег", "take off the tag"), Text("снять теги", "take off the tags"), language
    )
    if then.status:
        told = filled(then.status.source, language)
        each = Text(" (каждый раз)", " (every time)").say(language) if then.each_status else ""
        verb = "" if then.tags or then.remove_tags else "поставить "
        yield f"{verb}статус {told}{each}" if russian else f"set the status {told}{each}"
    for name, template in list(then.variables.items())[:LISTED_MAX]:
        told = filled(template.source, language)
        yield f"записать переменную {quoted(name, 'ru')} = {told}" if russian else f"set {quoted(name, 'en')} to {told}"
    if len(then.variables) > LISTED_MAX:
        more = len(then.variables) - LISTED_MAX
        yield f"и ещё переменных: {more}" if russian else f"and {more} more variables"
    if then.remove_variables:
        told = _few([quoted(one, language) for one in then.remove_variables], language)
        yield f"удалить переменные: {told}" if russian else f"delete the variables {told}"
    for field, template in then.contact.items():
        told = filled(template.source, language)
        yield f"{CONTACT[field].ru} контакта = {told}" if russian else f"set {CONTACT[field].en} to {told}"
    if then.utm:
        yield _UTM[then.utm].say(language)


def _tags(tags: Sequence[Template], one: Text, many: Text, language: Language) -> Iterator[str]:
    if tags:
        told = _few([filled(tag.source, language) for tag in tags], language)
        yield f"{(one if len(tags) == 1 else many).say(language)} {told}"


def _few(shown: Sequence[str], language: Language) -> str:
    more = len(shown) - LISTED_MAX
    rest = [f"ещё {more}" if language == "ru" else f"{more} more"] if more > 0 else []
    return ", ".join([*shown[:LISTED_MAX], *rest])


def _manner(rule: Rule, language: Language) -> Iterator[str]:
    """How it is done, and what of the rules below."""
    russian = language == "ru"
    if rule.bot is not None:
        yield f"в боте {rule.bot}" if russian else f"in bot {rule.bot}"
    if rule.urgent is not None:
        yield Text("срочно" if rule.urgent else "не спеша", "urgently" if rule.urgent else "without haste").say(
            language
        )
    if rule.settle_ms:
        span = span_text(rule.settle_ms, language)
        yield f"подождав {span}" if russian else f"after a pause of {span}"
    if rule.stop:
        yield _STOP.say(language)
