"""A rehearsal in a marketer's words: who would gain and lose what, by which rule, and what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from processor.domain.template import shortened
from processor.telling.story import clock, value_text
from processor.telling.wording import duration_text
from processor.text import Language, Text

TOTALS_SHOWN_MAX = 30
RULES_SHOWN_MAX = 30
TROUBLES_SHOWN_MAX = 10

_SIGNS = {"gained": "+", "lost": "−", "changed": "~"}
_OUTCOMES: Mapping[str, Text] = {
    "no rule": Text("правила «{rule}» нет", 'there is no rule "{rule}"'),
    "no event": Text("это событие не читается", "this event cannot be read"),
    "not matched": Text("правило «{rule}» не подходит", 'rule "{rule}" does not match'),
    "cancelled": Text("правило «{rule}» отменено по unless", 'rule "{rule}" is cancelled by its unless'),
    "disabled": Text("правило «{rule}» выключено", 'rule "{rule}" is disabled'),
    "after stop": Text("до правила «{rule}» не доходит из-за stop", 'rule "{rule}" is not asked because of a stop'),
    "matched": Text("правило «{rule}» подходит, но в итоге другое", 'rule "{rule}" matches, yet it ends otherwise'),
}
# Whose name takes part in: получат (кого), лишатся (чего), сменится (кто).
_KINDS: Mapping[str, tuple[str, str, str, str]] = {
    "tag": ("тег «{}»", "тега «{}»", "тег «{}»", 'tag "{}"'),
    "tag_off": ("снятие тега «{}»", "снятия тега «{}»", "снятие тега «{}»", 'taking off tag "{}"'),
    "status": ("статус «{}»", "статуса «{}»", "статус «{}»", 'status "{}"'),
    "variable": ("переменную «{}»", "переменной «{}»", "переменная «{}»", 'variable "{}"'),
    "utm": ("UTM ({})", "UTM ({})", "UTM ({})", "UTM ({})"),
    "field": ("поле {}", "поля {}", "поле {}", "field {}"),
}
_SORTS: Mapping[str, Text] = {
    "gained": Text("получат", "will get"),
    "lost": Text("лишатся", "will lose"),
    "changed": Text("сменится", "will change"),
}
Whole = Mapping[str, Any]


def tell_rehearsed(whole: Whole, language: Language) -> Iterator[str]:
    """The whole rehearsal, line by line."""
    yield _says(
        language,
        f"Черновик {whole['draft']['file']} рядом с {whole['published']['file']}: только просмотр, ничего не изменено",
        f"The draft {whole['draft']['file']} beside {whole['published']['file']}: a look only, nothing was changed",
    )
    if not whole["deliveries"]:
        yield _says(language, "В журнале нет таких событий", "The journal holds no such events")
        return
    yield from _stretch(whole, language)
    yield from _totals(whole, language)
    yield from _rules(whole["rules"], language)
    yield from _events(whole, language)
    yield from _delayed(whole, language)
    yield from _troubles(whole["troubles"], language)
    yield from _price(whole, language)


def _says(language: Language, ru: str, en: str) -> str:
    return Text(ru, en).say(language)


def _stretch(whole: Whole, language: Language) -> Iterator[str]:
    span, from_, to = whole["span"], clock(whole["span"]["first_ms"])[:-4], clock(whole["span"]["last_ms"])[:-4]
    yield _says(
        language,
        f"Событий: {whole['deliveries']}, с {from_} по {to} (UTC); контактов: {whole['contacts']}",
        f"Events: {whole['deliveries']}, from {from_} to {to} (UTC); contacts: {whole['contacts']}",
    )
    if span["cut"]:
        yield _says(
            language,
            "  это последние из них, раньше есть ещё (--limit)",
            "  these are the newest of them, there are older ones (--limit)",
        )


def _totals(whole: Whole, language: Language) -> Iterator[str]:
    totals = whole["totals"]
    if not totals:
        yield _says(language, "Ни один контакт не изменился бы", "No contact would be any different")
        return
    changed = contacts_text(whole["changed"], language)
    yield _says(language, f"Изменилось бы у {whole['changed']} из них:", f"Different in the end: {changed}:")
    for total in totals[:TOTALS_SHOWN_MAX]:
        yield "  " + total_line(total, language)
        for sort, changes in total["samples"].items():
            for change in changes:
                yield from _change(sort, change, language)
    left = len(totals) - TOTALS_SHOWN_MAX
    if left > 0:
        yield _says(language, f"  и ещё видов изменений: {left} (--json)", f"  and {left} more (--json)")
    for name, ru, en in (
        ("appear", "новых контактов", "contacts that appear"),
        ("disappear", "контактов, которых не было бы", "contacts that would not be there"),
    ):
        if whole[name]["count"]:
            few = _few(whole[name]["samples"], whole[name]["count"])
            yield _says(language, f"  {ru}: {whole[name]['count']}{few}", f"  {en}: {whole[name]['count']}{few}")
    if any(total["lost"] for total in totals):
        yield _says(
            language,
            "  Лишиться значит не получить: что уже стоит в Watbot, само не снимется (для этого remove_tags)",
            "  To lose is not to be given: what stands in Watbot already does not go by itself (remove_tags does that)",
        )


def total_line(total: Whole, language: Language) -> str:
    """«Получат тег «Покупатель»: 120 контактов (+), лишатся: 3 контакта (−)»."""
    sorts = [sort for sort in _SORTS if total[sort]]
    name = _KINDS[total["kind"]][3 if language == "en" else list(_SORTS).index(sorts[0])]
    counts = [f"{contacts_text(total[sort], language)} ({_SIGNS[sort]})" for sort in sorts]
    verbs = [_SORTS[sort].say(language) for sort in sorts]
    first = f"{verbs[0].capitalize()} {name.replace('{}', shortened(total['label']))}: {counts[0]}"
    return ", ".join([first, *(f"{verb}: {count}" for verb, count in zip(verbs[1:], counts[1:], strict=True))])


def contacts_text(count: int, language: Language) -> str:
    """«5 контактов»."""
    if language == "en":
        return f"{count} contact{'' if count == 1 else 's'}"
    tens, ones = count % 100, count % 10
    if ones == 1 and tens != 11:
        return f"{count} контакт"
    return f"{count} контакта" if 2 <= ones <= 4 and not 12 <= tens <= 14 else f"{count} контактов"


def _change(sort: str, change: Whole, language: Language) -> Iterator[str]:
    before, after = change["before"], change["after"]
    decided = after or before
    shown = [value_text(wish["value"]) if wish else "∅" for wish in (before, after)]
    values = "" if change["element"].startswith("tag:") else f"  {shown[0]} → {shown[1]}"
    yield f"    {_SIGNS[sort]} {change['contact']}{values}  ← {decided['rule']}, {decided['event']}"
    reason = reason_line(change, language)
    if reason:
        yield f"        {reason}"


def reason_line(change: Whole, language: Language) -> str:
    """Why the two files differ; empty when that cannot be told any more."""
    why = change["why"]
    if why is None:
        return ""
    draft = change["after"] is None
    where = _says(language, "в черновике", "in the draft") if draft else _says(language, "сейчас", "now")
    checks = "; ".join(check_line(check, language) for check in why["checks"])
    outcome = _OUTCOMES[why["outcome"]].say(language).replace("{rule}", why["rule"])
    return f"{where}: {outcome}" + (f": {checks}" if checks else "")


def check_line(check: Whole, language: Language) -> str:
    """A condition that failed."""
    if not check["test"]:
        return str(check["path"])
    actual = check["actual"] if check["actual"] is not None else _says(language, "нет", "absent")
    return f"✗ {check['path']} {check['test']} {check['expected']} ({_says(language, 'на деле', 'actual')}: {actual})"


def _rules(rules: Sequence[Whole], language: Language) -> Iterator[str]:
    differ = [one for one in rules if one["before"] != one["after"]]
    yield _says(
        language, "Правила: сколько событий подошло, сейчас → в черновике", "Rules: events matched, now → draft"
    )
    for one in differ[:RULES_SHOWN_MAX]:
        was, becomes = (("—" if one[side] is None else str(one[side])) for side in ("before", "after"))
        grown = (one["after"] or 0) - (one["before"] or 0)
        yield f"  {was:>8} → {becomes:<8} {grown:+}  {one['rule']}"
    if len(differ) > RULES_SHOWN_MAX:
        left = len(differ) - RULES_SHOWN_MAX
        yield _says(language, f"  и ещё правил: {left} (--json)", f"  and {left} more rules (--json)")
    alike = len(rules) - len(differ)
    yield _says(language, f"  без изменений правил: {alike}", f"  unchanged rules: {alike}")


def _events(whole: Whole, language: Language) -> Iterator[str]:
    for name, ru, en in (
        ("matchless", "Событий больше не подходит ни под одно правило", "Events that match nothing any more"),
        ("matched", "Событий впервые под что-то подошло бы", "Events that newly match something"),
    ):
        if whole[name]["count"]:
            few = _few(whole[name]["samples"], whole[name]["count"])
            yield _says(language, f"{ru}: {whole[name]['count']}{few}", f"{en}: {whole[name]['count']}{few}")
    for name, ru, en in (
        ("unreadable", "Не читаются, сейчас → в черновике", "Unreadable, now → draft"),
        ("sourceless", "Источника нет в правилах, сейчас → в черновике", "Source not in the rules, now → draft"),
    ):
        if any(whole[name].values()):
            yield f"{_says(language, ru, en)}: {whole[name]['before']} → {whole[name]['after']}"


def _delayed(whole: Whole, language: Language) -> Iterator[str]:
    acted, cancelled = whole["delayed"]["acted"], whole["delayed"]["cancelled"]
    if any((*acted.values(), *cancelled.values())):
        numbers = [f"{pair['before']} → {pair['after']}" for pair in (acted, cancelled)]
        yield _says(
            language,
            f"Отложенные правила, сейчас → в черновике: сработали {numbers[0]}, отменены по unless {numbers[1]}",
            f"Delayed rules, now → draft: acted {numbers[0]}, cancelled by unless {numbers[1]}",
        )
    if whole["looks_around"]:
        yield _says(
            language,
            "  earlier и unless видят события в пределах выборки: того, что было раньше и будет позже, в ней нет",
            "  earlier and unless see the events of this sample: what came before it and comes after it is not there",
        )


def _few(samples: Iterable[str], count: int) -> str:
    few = list(samples)
    return f" ({', '.join(few)}{', …' if count > len(few) else ''})" if few else ""


def _troubles(troubles: Sequence[Whole], language: Language) -> Iterator[str]:
    if not troubles:
        return
    yield _says(
        language, "Не удалось заполнить, раз, сейчас → в черновике", "Could not be filled in, times, now → draft"
    )
    for one in troubles[:TROUBLES_SHOWN_MAX]:
        text = one["text"][language]
        yield f"  {one['before']} → {one['after']}  {one['rule']}, {one['element']}: {text} ({one['event']})"
    if len(troubles) > TROUBLES_SHOWN_MAX:
        left = len(troubles) - TROUBLES_SHOWN_MAX
        yield _says(language, f"  и ещё: {left} (--json)", f"  and {left} more (--json)")


def _price(whole: Whole, language: Language) -> Iterator[str]:
    replay, each = whole["price"]["replay"], whole["price"]["one_by_one_per_1000"]
    long = duration_text(replay["duration_ms"], language)
    yield _says(language, "Цена", "Price")
    yield _says(
        language,
        f"  опубликовать и применить к этим событиям, вызовов: {replay['calls']}, {long}",
        f"  to publish and apply to these events, calls: {replay['calls']}, {long}",
    )
    yield _says(
        language,
        f"  1000 таких событий, вызовов: сейчас около {each['before']}, с черновиком около {each['after']} "
        "(если ничего не объединять; под нагрузкой меньше)",
        f"  1,000 such events, calls: about {each['before']} now, about {each['after']} with the draft "
        "(with nothing merged; under load fewer)",
    )
