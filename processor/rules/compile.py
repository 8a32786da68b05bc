"""A rules file becomes a Ruleset, or all of its faults at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Final

from processor.domain.condition import Group
from processor.domain.contact import MESSENGERS, Messenger
from processor.domain.home import TIMEZONE
from processor.domain.index import index_of
from processor.domain.rule import Rule, Ruleset, TagsAs, UtmAs, earlier_asked
from processor.errors import FaultsFound
from processor.fault import Edit, Place
from processor.rules.collector import collector_resting
from processor.rules.conditions import condition_of, reachable
from processor.rules.duration import settle_ms_of, ttl_ms_of
from processor.rules.earlier import mentions_earlier
from processor.rules.effects import effects_of
from processor.rules.examples.beside import Setting, check_examples
from processor.rules.later import later_of
from processor.rules.mends import dashed, moved_into, put_first
from processor.rules.operators import Known
from processor.rules.quoting import quoted
from processor.rules.reading import Field, choice_of, fields, flag_of, missing, text_of, texts_of, whole_of
from processor.rules.report import Report, TooManyFaultsError, named
from processor.rules.source_options import zone_of
from processor.rules.sources import sources_of
from processor.rules.tree import Listing, Scalar, Table, Tree, grow
from processor.rules.utm_variables import check_utm_variables
from processor.rules.version import version_of
from processor.rules.zones import zones_of
from processor.text import Text

# RULES_MAX rules take 3 to 7 MB as people write them. Reading such a file takes up to 300 MB while it lasts.
FILE_BYTES_MAX: Final = 8 * 1_048_576
RULES_MAX: Final = 10_000
RULE_NAME_CHARACTERS_MAX: Final = 200
NOTE_CHARACTERS_MAX: Final = 10_000
UNNAMED_CHARACTERS_MAX: Final = 255
CONFIRMED_TTL_MS: Final = 24 * 60 * 60 * 1000

TOP_KEYS: Final = (
    "version",
    "bot",
    "timezone",
    "unnamed",
    "messengers",
    "confirmed_ttl",
    "settle",
    "tags_as",
    "utm_as",
    "sources",
    "rules",
)
RULE_KEYS: Final = (
    "name",
    "note",
    "enabled",
    "when",
    "then",
    "contact",
    "stop",
    "bot",
    "urgent",
    "settle",
    "after",
    "unless",
    "examples",
)

TAGS_AS: Final[tuple[TagsAs, ...]] = ("auto", "add", "replace", "attach")
UTM_AS: Final[tuple[UtmAs, ...]] = ("auto", "field", "variables", "off")
_INSIDE_THEN: Final = dict.fromkeys(
    ("tags", "remove_tags", "variables", "remove_variables", "status", "utm"),
    Text("это поле внутри then", "a field inside then"),
)


def compile_rules(text: str, file: str, environ: Mapping[str, str], *, demo: bool = False) -> Ruleset:
    """The rules of `text`; `file` is its name in faults, `demo` accepts the example secrets (`${NAME:-value}`).

    Raises FaultsFound with every fault, in the order of their places; nothing else, whatever the text.
    """
    report = Report(text)
    ruleset = None
    try:
        with collector_resting():
            ruleset = _compile(text, file, environ, report, demo=demo)
    except TooManyFaultsError:
        message = Text("ошибок слишком много; сначала исправьте эти", "too many faults; mend these first")
        raise FaultsFound([*report.in_order(), report.last(message)]) from None
    if ruleset is None or report.count:
        raise FaultsFound(report.in_order())
    return ruleset


def _compile(text: str, file: str, environ: Mapping[str, str], report: Report, *, demo: bool) -> Ruleset | None:
    start = Place(file, 1, 1)
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) > FILE_BYTES_MAX:
        message = Text(f"файл больше {FILE_BYTES_MAX} байт", f"the file has more than {FILE_BYTES_MAX} bytes")
        report.add("file.too_large", message, start)
        return None
    tree = grow(text, file, report)
    if tree is None:
        if not report.count:
            message = Text("файл пуст", "the file is empty")
            report.add(
                "file.empty", message, start, Text("version, bot, sources, rules", "version, bot, sources, rules")
            )
        return None
    found = fields(tree, TOP_KEYS, report)
    _check_version(tree, found, start, report)
    timezone = (zone_of(found["timezone"].value, report) if "timezone" in found else None) or TIMEZONE
    sources = (
        sources_of(found["sources"].value, environ, report, demo=demo, timezone=timezone) if "sources" in found else {}
    )
    zones = zones_of(sources, timezone)
    known = Known.of(sources, _names(found), zones)
    rules = _rules(tree, found, known, start, report)
    check_utm_variables(found, report)
    check_examples(found, rules, Setting(sources, known), report)
    return Ruleset(
        version=version_of(text),
        file=file,
        text=text,
        bot=_bot(found, start, report),
        zones=zones,
        sources=sources,
        rules=rules,
        index=index_of(rules),
        unnamed=_unnamed(found, report),
        messengers=_messengers(found, report),
        confirmed_ttl_ms=(ttl_ms_of(found["confirmed_ttl"].value, report) if "confirmed_ttl" in found else None)
        or CONFIRMED_TTL_MS,
        tags_as=(choice_of(found["tags_as"].value, TAGS_AS, report) if "tags_as" in found else None) or "auto",
        utm_as=(choice_of(found["utm_as"].value, UTM_AS, report) if "utm_as" in found else None) or "auto",
        settle_ms=(settle_ms_of(found["settle"].value, report) if "settle" in found else None) or 0,
        asks_earlier=earlier_asked(rules),
    )


def _check_version(tree: Tree, found: Mapping[str, Field], start: Place, report: Report) -> None:
    if "version" not in found:
        missing("version", start, Text("version: 1", "version: 1"), report, put_first(tree, "version: 1"))
        return
    value = found["version"].value
    if not isinstance(value, Scalar) or value.text != "1":
        text = Text("неизвестная версия файла правил", "unknown version of the rules file")
        report.add("version.unknown", text, value.place, Text("version: 1", "version: 1"), fix="1")


def _bot(found: Mapping[str, Field], start: Place, report: Report) -> int:
    if "bot" not in found:
        missing("bot", start, Text("номер бота в Watbot, например bot: 1", "Watbot's bot_id, such as bot: 1"), report)
        return 0
    return whole_of(found["bot"].value, report) or 0


def _names(found: Mapping[str, Field]) -> frozenset[str]:
    """The names of all sources, also of those that cannot be read: a rule naming one is not at fault for that."""
    tree = found["sources"].value if "sources" in found else None
    return frozenset(key.text for key, _ in tree.entries) if isinstance(tree, Table) else frozenset()


def _unnamed(found: Mapping[str, Field], report: Report) -> str:
    name = text_of(found["unnamed"].value, report, UNNAMED_CHARACTERS_MAX) if "unnamed" in found else None
    return name or "Клиент"


def _messengers(found: Mapping[str, Field], report: Report) -> tuple[Messenger, ...]:
    if "messengers" not in found:
        return MESSENGERS
    order: list[Messenger] = []
    for _, scalar in texts_of(found["messengers"].value, report):
        messenger = choice_of(scalar, MESSENGERS, report)
        if messenger in order:
            text = Text(f"«{messenger}» повторяется", f'"{messenger}" is repeated')
            report.add("value.repeated", text, scalar.place)
        elif messenger is not None:
            order.append(messenger)
    return tuple(order)


def _rules(whole: Tree, found: Mapping[str, Field], known: Known, start: Place, report: Report) -> tuple[Rule, ...]:
    if "rules" not in found:
        block = isinstance(whole, Table) and not whole.flow
        end = len(report.lines) + 1
        edits = (Edit(end, 1, end, 1, "rules: []\n"),) if block else ()
        missing("rules", start, Text("список правил", "a list of rules"), report, edits)
        return ()
    tree = found["rules"].value
    if not isinstance(tree, Listing):
        text = Text("здесь должен быть список правил", "a list of rules must stand here")
        each = Text("каждое правило с «- name:»", 'each rule with "- name:"')
        fix = "[]" if isinstance(tree, Table) and not tree.entries else None
        report.add("value.kind", text, tree.place, each, fix=fix, edits=dashed(tree, report))
        return ()
    if len(tree.items) > RULES_MAX:
        text = Text(f"правил {len(tree.items)}", f"there are {len(tree.items)} rules")
        report.add("rules.too_many", text, tree.place, Text(f"не больше {RULES_MAX}", f"at most {RULES_MAX}"))
        return ()
    names: dict[str, Place] = {}
    return tuple(_rule(position, item, names, known, report) for position, item in enumerate(tree.items))


def _rule(position: int, tree: Tree, names: dict[str, Place], known: Known, report: Report) -> Rule:
    found = fields(tree, RULE_KEYS, report, _INSIDE_THEN, moved=lambda key: _moved_into_then(tree, key, report))
    name = _name(position, tree, found, names, report) if isinstance(tree, Table) else ""
    when = condition_of(found["when"].value, known, report) if "when" in found else Group("all", ())
    then = found.get("then")
    rule = Rule(
        position=position,
        name=name,
        line=tree.place.line,
        when=when,
        then=effects_of(then.value if then else None, found.get("contact"), report),
        events=reachable(when, "event"),
        sources=reachable(when, "source"),
    )
    if isinstance(tree, Table):
        _check_whole(tree, found, report)
    after_ms, unless = later_of(found, known, report)
    return replace(
        rule,
        after_ms=after_ms,
        unless=unless,
        asks_earlier="when" in found and mentions_earlier(found["when"].value),
        enabled=flag_of(found["enabled"].value, report) is not False if "enabled" in found else True,
        stop=flag_of(found["stop"].value, report) is True if "stop" in found else False,
        note=(text_of(found["note"].value, report, NOTE_CHARACTERS_MAX) if "note" in found else None) or "",
        bot=whole_of(found["bot"].value, report) if "bot" in found else None,
        urgent=flag_of(found["urgent"].value, report) if "urgent" in found else None,
        settle_ms=settle_ms_of(found["settle"].value, report) if "settle" in found else None,
    )


def _moved_into_then(tree: Tree, key: Scalar, report: Report) -> tuple[Edit, ...]:
    return moved_into(tree, key, "then", report) if isinstance(tree, Table) else ()


def _check_whole(tree: Table, found: Mapping[str, Field], report: Report) -> None:
    if "when" not in found:
        missing(
            "when",
            tree.place,
            Text("условия; для любого события — when: {}", "conditions; when: {} for any event"),
            report,
        )
    if not found.keys() & {"then", "contact", "stop"}:
        missing("then", tree.place, Text("что сделать с контактом", "what is to become of the contact"), report)


def _name(position: int, tree: Table, found: Mapping[str, Field], names: dict[str, Place], report: Report) -> str:
    if "name" not in found:
        edits = put_first(tree, f"name: Правило {position + 1}")
        missing("name", tree.place, Text("название правила", "the rule's name"), report, edits)
        return ""
    value = found["name"].value
    name = text_of(value, report, RULE_NAME_CHARACTERS_MAX)
    if name is None:
        return ""
    first = names.setdefault(name, value.place)
    if first != value.place:
        text = Text(
            f"правило «{named(name)}» уже есть в строке {first.line}",
            f'rule "{named(name)}" stands in line {first.line} already',
        )
        own = Text("своё имя у каждого правила", "a name of its own for each")
        number = next(n for n in count(2) if f"{name} {n}" not in names)
        report.add("rule.repeated", text, value.place, own, fix=quoted(f"{name} {number}"))
    return name
