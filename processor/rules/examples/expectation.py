"""`expect:` of an example: what must come of it, each thing only if it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from processor.domain.example import Expected
from processor.domain.look import UTM_PARTS
from processor.domain.phone import normal_phone
from processor.domain.rule import CONTACT_FIELDS
from processor.domain.template import is_constant
from processor.rules.examples.values import lapse_ms_of, texts_by_name
from processor.rules.reading import INTEGER_MAX, choice_of, fields, flag_of, text_of, texts_of
from processor.rules.report import Report, named, near
from processor.rules.tree import Listing, Scalar, Table, Tree
from processor.text import Text

NOTHING: Final = "nothing"
BOTH_KEYS: Final = (
    "tags",
    "remove_tags",
    "variables",
    "remove_variables",
    "status",
    "utm",
    "contact",
    "problems",
)
RULE_KEYS: Final = ("matched", *BOTH_KEYS, "after")
WHOLE_KEYS: Final = ("rules", "cancelled", *BOTH_KEYS, "contacts")
CONTACT_KEYS: Final = (*CONTACT_FIELDS, "bot")
UTM_WORDS: Final = ("first", "last", "off")

_IN_CONTACT = Text("contact: {phone: …, name: …}", "contact: {phone: …, name: …}")
_ELSEWHERE: Final[Mapping[str, Text]] = {
    **dict.fromkeys(CONTACT_FIELDS, _IN_CONTACT),
    "rules": Text(
        "rules — в файле примеров; рядом с правилом: matched", "rules: in a file of examples; beside a rule: matched"
    ),
    "cancelled": Text("в файле примеров", "in a file of examples"),
    "after": Text("after — рядом с правилом или в шагах story", "after: beside a rule, or in the steps of a story"),
    "matched": Text(
        "matched — рядом с правилом; в файле примеров: rules", "matched: beside a rule; in a file of examples: rules"
    ),
}
_UNMATCHED: Final = MappingProxyType({"matched": False})
_MATCHED: Final = MappingProxyType({"matched": True})
_NONE_MATCHED: Final = MappingProxyType({"rules": ()})


def of_rule(tree: Tree | None, report: Report) -> Expected:
    """What is expected of the rule it stands beside; left out: that it matches. `nothing`: that it does not."""
    if tree is None:
        return Expected(_MATCHED)
    if isinstance(tree, Scalar):
        _word(tree, report)
        return Expected(_UNMATCHED)
    read = dict(_read(fields(tree, RULE_KEYS, report, _ELSEWHERE), report))
    if read.get("matched") is False and len(read) > 1:
        text = Text(
            "правило не подходит, а чего-то от него ждут", "the rule does not match, yet something is expected of it"
        )
        report.add("expect.contradiction", text, tree.place, Text("expect: nothing", "expect: nothing"))
    return Expected(MappingProxyType({"matched": True} | read))


def of_whole(tree: Tree, rules: Mapping[str, int], report: Report) -> Expected:
    """What is expected of all `rules` (names in the file) together; `nothing`: that none matches."""
    if isinstance(tree, Scalar):
        _word(tree, report)
        return Expected(_NONE_MATCHED)
    found = fields(tree, WHOLE_KEYS, report, _ELSEWHERE)
    read = dict(_read(found, report))
    for key in ("rules", "cancelled"):
        for name, scalar in _texts(found[key].value, report) if key in found else ():
            if name not in rules:
                text = Text(f"правила «{named(name)}» нет", f'there is no rule "{named(name)}"')
                report.add("rule.unknown", text, scalar.place, None, near(name, frozenset(rules)))
    if isinstance(tree, Table) and not tree.entries:
        text = Text("«expect» пуст: ничего не проверяется", '"expect" is empty: nothing is tested')
        report.add("value.empty", text, tree.place, Text("rules: [Название правила]", "rules: [Name of a rule]"))
    return Expected(MappingProxyType(read))


def _word(tree: Scalar, report: Report) -> None:
    if tree.text.strip() == NOTHING:
        return
    text = Text("ожидание записано неверно", "what is expected is not written right")
    written = Text("nothing или поля: tags, status…", "nothing, or fields: tags, status…")
    report.add("expect.written", text, tree.place, written, near(tree.text, (NOTHING,)))


def _read(found: Mapping[str, Any], report: Report) -> Mapping[str, Any]:
    read: dict[str, Any] = {}
    for name, field in found.items():
        value = _value(name, field.value, report)
        if value is not None:
            read[name] = value
    return read


def _value(name: str, tree: Tree, report: Report) -> Any:
    reader = _READERS.get(name)
    return reader(tree, report) if reader else tuple(text for text, _ in _texts(tree, report))


def _is_none(tree: Tree) -> bool:
    """Nothing written, an empty list or an empty table: nothing of that kind is expected."""
    if isinstance(tree, Scalar):
        return tree.is_null or not tree.text
    return not (tree.items if isinstance(tree, Listing) else tree.entries)


def _texts(tree: Tree, report: Report) -> tuple[tuple[str, Scalar], ...]:
    if _is_none(tree):
        return ()
    found = texts_of(tree, report)
    for text, scalar in found:
        _finished({"": text}, scalar, report)
    return found


def _finished(texts: Mapping[str, str], tree: Tree, report: Report) -> Mapping[str, str]:
    """An expectation is what comes out: with a template in it, it would never come true."""
    if not all(map(is_constant, texts.values())):
        text = Text("в ожидании шаблон", "a template in what is expected")
        report.add(
            "expect.template", text, tree.place, Text("готовый текст: Заказ 1001", "the finished text: Order 1001")
        )
    return texts


def _count(tree: Tree, report: Report) -> int | None:
    text = text_of(tree, report)
    if text is not None and text.isascii() and text.isdecimal() and len(text) < len(str(INTEGER_MAX)):
        return int(text)
    if text is not None:
        report.add(
            "expect.written",
            Text("не число контактов", "not a number of contacts"),
            tree.place,
            Text("0, 1, 2…", "0, 1, 2…"),
        )
    return None


def _variables(tree: Tree, report: Report) -> Mapping[str, str]:
    return {} if _is_none(tree) else _finished(texts_by_name(tree, report), tree, report)


def _utm(tree: Tree, report: Report) -> Any:
    if isinstance(tree, Scalar):
        return choice_of(tree, UTM_WORDS, report)
    found = fields(tree, UTM_PARTS, report)
    read = {name: text_of(field.value, report) for name, field in found.items()}
    return {name: text for name, text in read.items() if text is not None} or "off"


def _contact(tree: Tree, report: Report) -> Mapping[str, str]:
    found = fields(tree, CONTACT_KEYS, report)
    read: dict[str, str] = {}
    for name, field in found.items():
        text = "" if _is_none(field.value) else text_of(field.value, report)
        if text is not None:
            read[name] = (normal_phone(text) or text) if name == "phone" else text
    return read


_READERS: Final[Mapping[str, Callable[[Tree, Report], Any]]] = {
    "matched": flag_of,
    "contacts": _count,
    "after": lapse_ms_of,
    "variables": _variables,
    "contact": _contact,
    "utm": _utm,
}
