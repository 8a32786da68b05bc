"""A story in a person's words: one page of plain text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from processor.domain.advice import advice_for
from processor.domain.earlier import ROOT as EARLIER
from processor.domain.explain import RuleStory
from processor.domain.rule import Rule
from processor.store.journal import Story
from processor.store.versions import Version
from processor.story import Explained
from processor.telling.fetch import FETCHING, tell_fetching
from processor.telling.later import tell_due, tell_waits
from processor.telling.nearest import tell_nearest
from processor.telling.wording import EVENT_STATES
from processor.text import Language, Text

_CALLS = {
    "Upsert": "createOrUpdateContact",
    "SetStatus": "setYsellStatus",
    "SetVariable": "setContactVariable",
    "DeleteVariable": "deleteContactVariable",
    "AttachTag": "attachTagToContact",
    "DetachTag": "detachTagFromContact",
}
REASONS: Mapping[str, Text] = {
    "new_contact": Text("контакта у нас ещё нет", "the contact is new to us"),
    "fields_differ": Text("данные изменились", "fields differ"),
    "tags_differ": Text("теги изменились", "tags differ"),
    "utm_differs": Text("UTM изменились", "UTM differs"),
    "learn_tags": Text("сначала смотрим, какие теги есть", "the tags that are there are looked for first"),
    "learn_utm": Text("сначала смотрим, нет ли UTM", "UTM that may be there is looked for first"),
    "learn_id": Text("узнаём номер контакта", "the contact's id is learnt"),
    "status": Text("статус Ysell", "Ysell status"),
    "utm_variable": Text("UTM в переменную", "UTM into a variable"),
    "variable_differs": Text("переменная изменилась", "the variable differs"),
    "variable_unwanted": Text("переменная больше не нужна", "the variable is unwanted"),
    "tag_missing": Text("тега не хватает", "the tag is missing"),
    "restored": Text("Watbot забыл контакт: возвращаем", "Watbot forgot the contact: it is given back"),
    "tag_unwanted": Text("тег больше не нужен", "the tag is unwanted"),
    "nothing_there": Text("его там и не было", "it was not there"),
    "waits_for_sync": Text(
        "имени нет, и контакта мы не знаем: ждёт первой сверки, чтобы не затереть настоящее имя",
        "no name, and the contact is unknown to us: waits for the first sync, lest a real name be overwritten",
    ),
    "already_so": Text("уже так", "already so"),
    "kept": Text("первые UTM сохранены", "the first UTM is kept"),
    "newer_wish": Text("есть более новое", "a newer wish stands"),
    "switched_off": Text("выключено в правилах", "switched off in the rules"),
    "source_not_in_rules": Text("этого источника больше нет в правилах", "the source is no longer in the rules"),
    "crashed_again_and_again": Text("обработка падала раз за разом", "applying it crashed again and again"),
    "unreadable": Text("тело не читается", "the body cannot be read"),
    "event_not_there": Text("в доставке больше нет этого события", "the delivery has no such event any more"),
}
# What happened while it waited, beside the others.
SET_ASIDE = ("parked", "resumed", "retried", "edited", "dropped", *FETCHING)
REPLAYED = Text("заново по действующим правилам", "put to the rules in force once more")
OUTCOMES = {
    "matched": Text("подошло", "matched"),
    "not matched": Text("не подошло", "did not match"),
    "disabled": Text("выключено", "disabled"),
    "after stop": Text("после stop", "after stop"),
}


def tell(story: Story, found: Sequence[Explained], language: Language, version: Version | None = None) -> Iterator[str]:
    """The whole story of one event, line by line; `version` of the rules, where it is recorded."""
    row = story.row
    yield f"{row.id}  {row.state}: {EVENT_STATES.get(row.state, Text(row.state, row.state)).say(language)}"
    yield Text("Доставка", "Delivery").say(language)
    received = f"  {clock(row.received_ms)}  {row.source}"
    yield received + (f"  {story.delivery.method}, {len(story.delivery.body)} B" if story.delivery else "")
    if row.repeats:
        yield Text(f"  повторов: {row.repeats}", f"  repetitions: {row.repeats}").say(language)
    for event in story.events:
        yield from tell_event(event, language)
    if story.rules_version:
        named = story.rules_version + (f" № {version.number} {version.note}".rstrip() if version else "")
        yield Text(f"Правила {named}", f"Rules {named}").say(language)
    for one in found:
        yield from tell_rules(one.rules, language)
        yield from tell_nearest(one.rules, language)
    yield Text("Что сделано", "What was done").say(language)
    for entry in story.entries:
        at = clock(entry.get("at", 0))
        yield from (f"      {line}" if depth else f"  {at}  {line}" for depth, line in entry_lines(entry, language))
    if row.open:
        yield Text(f"  ещё ждут: {row.open}", f"  still waiting: {row.open}").say(language)


def tell_event(event: Mapping[str, Any], language: Language) -> Iterator[str]:
    """A normalised event, one field a line."""
    yield Text(f"Событие {event.get('event')}", f"Event {event.get('event')}").say(language)
    for path, value in flat(event):
        yield f"  {path}: {value}"


def tell_rules(rules: Iterable[RuleStory], language: Language) -> Iterator[str]:
    """Each rule with every condition: what was expected, what was there."""
    for rule in rules:
        sign = "✓" if rule.outcome == "matched" else "✗"
        yield f"  {sign} {rule.rule} ({rule.line}): {OUTCOMES[rule.outcome].say(language)}"
        for check in rule.checks:
            actual = check.actual if check.actual is not None else Text("нет", "absent").say(language)
            there = Text("на деле", "actual").say(language)
            if check.path.partition(" ")[0] == EARLIER:
                there = Text("ранее", "before").say(language)
            mark = "✓" if check.held else "✗"
            yield f"      {'  ' * check.depth}{mark} {check.path} {check.test} {check.expected} ({there}: {actual})"


def tell_timing(rules: Iterable[Rule], settle_ms: int, language: Language) -> Iterator[str]:
    """When the changes of `rules` leave, for those that say it or wait; `settle_ms` is the file's own."""
    for rule in rules:
        said = []
        if rule.urgent is not None:
            first = Text("раньше других (urgent)", "before others (urgent)")
            last = Text("после других (urgent: false)", "after others (urgent: false)")
            said.append((first if rule.urgent else last).say(language))
        wait_ms = settle_ms if rule.settle_ms is None else rule.settle_ms
        if wait_ms:
            wait_s = f"{wait_ms / 1000:g}"
            settle = Text(f"ждёт новых изменений {wait_s} с (settle)", f"waits {wait_s} s for further changes (settle)")
            said.append(settle.say(language))
        if said:
            yield f"  {rule.name}: {', '.join(said)}"


def entry_lines(entry: Mapping[str, Any], language: Language) -> Iterator[tuple[int, str]]:
    """What happened to an event, as lines with their depth: 0 says it, 1 is a detail of the line above."""
    match entry.get("what"):
        case "applied":
            yield 0, Text("правила применены", "rules applied").say(language) + _why(entry, language)
            yield from _changes(entry, language)
            yield from ((1, line.strip()) for line in tell_waits(entry, language))
        case "due":
            yield 0, Text("отложенные правила", "delayed rules").say(language) + _why(entry, language)
            yield from ((1, line.strip()) for line in tell_due(entry, language))
            yield from _changes(entry, language)
        case "call":
            reasons = ", ".join(_reason(name, language) for name in entry["reasons"])
            name = _CALLS.get(entry["call"], entry["call"])
            answer = f"{entry['reason']}: {entry['error'][language]}" if entry["answer"] == "error" else "ok"
            if answer == "ok" and "reason" in entry:
                answer += f" ({_reason(entry['reason'], language)})"
            yield 0, f"{name} ({reasons}) → {answer}, {entry['took_ms']} ms"
            yield 1, json.dumps(entry["sent"], ensure_ascii=False)
        case "no_call":
            none = Text("вызов не нужен", "no call").say(language)
            for element, reason in entry["elements"].items():
                yield 0, f"{element}: {none} ({_reason(reason, language)})"
        case "superseded":
            by = Text("заменено событием", "superseded by event").say(language)
            yield 0, f"{entry['element']}: {by} {entry['by']}"
        case "outdated":
            said = Text("уже есть более новое", "something newer stands").say(language)
            yield 0, f"{', '.join(entry['elements'])}: {said}"
        case "replayed":
            yield 0, f"{REPLAYED.say(language)}: {entry.get('by', '')}"
        case what if what in SET_ASIDE:
            yield 0, _set_aside(entry, language)
        case "crashed":
            said = Text("обработка упала, будет ещё попытка", "applying it crashed, it will be tried again").say(
                language
            )
            yield 0, f"{said}: {entry['error']}"
        case other:
            yield 0, _reason(str(other), language)


def _changes(entry: Mapping[str, Any], language: Language) -> Iterator[tuple[int, str]]:
    """What rules wish, and what they cannot."""
    for change in entry.get("changes", ()):
        yield 1, f"{change['contact']}  {change['element']} = {value_text(change['value'])}  ← {change['rule']}"
    for problem in entry.get("problems", ()):
        yield 1, f"! {problem['rule']}, {problem['element']}: {problem['text'][language]}"


def _set_aside(entry: Mapping[str, Any], language: Language) -> str:
    """What became of wishes that could not be delivered, or of a delivery that was to be fetched."""
    if entry["what"] in FETCHING:
        return tell_fetching(entry).say(language)
    elements = ", ".join(entry.get("elements", ()))
    by = entry.get("by", "")
    match entry["what"]:
        case "parked":
            why = advice_for(entry["reason"]).why
            said = Text(f"контакт отложен, {why.ru}", f"the contact is parked, {why.en}")
        case "resumed":
            said = Text(f"контакт снова в очереди ({by})", f"the contact goes on ({by})")
        case "retried":
            said = Text(f"повторяет {by}", f"retried by {by}")
        case "edited":
            old, new = value_text(entry["old"]), value_text(entry["new"])
            said = Text(f"изменил {by}: было {old}, стало {new}", f"edited by {by}: was {old}, is {new}")
        case _:
            why = Text("хранится дольше журнала", "kept longer than the journal")
            said = Text(f"отброшено: {by or why.ru}", f"given up: {by or why.en}")
    return f"{elements}: {said.say(language)}"


def _why(entry: Mapping[str, Any], language: Language) -> str:
    reason = entry.get("reason")
    if not reason:
        return ""
    return ": " + (entry["text"][language] if "text" in entry else _reason(reason, language))


def _reason(name: str, language: Language) -> str:
    return REASONS.get(name, Text(name, name)).say(language)


def value_text(value: Any) -> str:
    """A wish's value as one word or as JSON; None is what shall not be there."""
    if value is None:
        return "∅"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The leaves of an event by their paths, as a rule would name them; `raw` is left out."""
    for name, value in tree.items():
        path = f"{prefix}{name}"
        if path in ("raw", "event"):
            continue
        if isinstance(value, Mapping):
            yield from flat(value, f"{path}.")
        elif isinstance(value, (list, tuple)):
            for index, item in enumerate(value):
                yield from (
                    flat(item, f"{path}.{index}.") if isinstance(item, Mapping) else [(f"{path}.{index}", str(item))]
                )
        else:
            yield path, str(value)


def clock(at_ms: int) -> str:
    """A moment, in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def plain(value: Any) -> Any:
    """Anything of ours as JSON's own types."""
    return msgspec.to_builtins(value)
