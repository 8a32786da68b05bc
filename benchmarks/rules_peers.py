"""The others of benchmarks/rules.py: each answers which rules match one event that was folded for it beforehand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import cel
import json_logic
import zen

from benchmarks.rules_written import SOURCES, Rule, Test, Tongue
from processor.domain.event import EVENT_TYPES

Folded: TypeAlias = Mapping[str, Any]
Match: TypeAlias = Callable[[Folded], list[int]]
"""The positions of the rules that match, in order."""

Shelves: TypeAlias = Mapping[tuple[str, str], list[tuple[int, Rule]]]


def by_type_and_source(rules: tuple[Rule, ...]) -> Shelves:
    """The rules worth asking for each type and source."""
    return {
        (kind, source): [
            (place, rule)
            for place, rule in enumerate(rules)
            if rule.event in (None, kind) and rule.source in (None, source)
        ]
        for kind in EVENT_TYPES
        for source in SOURCES
    }


def python_loop(rules: tuple[Rule, ...]) -> Match:
    """Every rule a lambda, all asked in turn."""
    predicates = list(enumerate(_predicates(rules, typed=True)))
    return lambda event: [place for place, holds in predicates if holds(event)]


def python_table(rules: tuple[Rule, ...]) -> Match:
    """Every rule a lambda, those of the event's type and source asked in turn."""
    predicates = _predicates(rules, typed=False)
    table = {key: [(place, predicates[place]) for place, _ in row] for key, row in by_type_and_source(rules).items()}
    return lambda event: [place for place, holds in table[event["event"], event["source"]] if holds(event)]


def json_logic_table(rules: tuple[Rule, ...]) -> Match:
    """json-logic, behind the same table."""
    written = [_JSON_LOGIC.write(rule, typed=False) for rule in rules]
    table = {key: [(place, written[place]) for place, _ in row] for key, row in by_type_and_source(rules).items()}
    ask = json_logic.jsonLogic
    return lambda event: [place for place, tree in table[event["event"], event["source"]] if ask(tree, event)]


def cel_table(rules: tuple[Rule, ...]) -> Match:
    """CEL in Rust, behind the same table; one context an event."""
    programs = [cel.compile(_CEL.write(rule, typed=False)) for rule in rules]
    table = {key: [(place, programs[place]) for place, _ in row] for key, row in by_type_and_source(rules).items()}

    def match(event: Folded) -> list[int]:
        context = cel.Context(event)
        return [place for place, program in table[event["event"], event["source"]] if program.execute(context)]

    return match


def zen_table(rules: tuple[Rule, ...]) -> Match:
    """zen-engine: a decision table that collects, one for each type and source."""
    engine = zen.ZenEngine()
    written = [_ZEN.write(rule, typed=False) for rule in rules]
    table = {
        key: engine.create_decision(_decision((place, written[place]) for place, _ in row))
        for key, row in by_type_and_source(rules).items()
    }

    def match(event: Folded) -> list[int]:
        found = table[event["event"], event["source"]].evaluate(event)["result"]
        return [row["rule"] for row in found or ()]

    return match


PEERS: Mapping[str, Callable[[tuple[Rule, ...]], Match]] = {
    "python, table": python_table,
    "python, loop": python_loop,
    "CEL, table": cel_table,
    "zen, table": zen_table,
    "json-logic, table": json_logic_table,
}


def _predicates(rules: tuple[Rule, ...], *, typed: bool) -> list[Callable[[Folded], bool]]:
    return [eval(f"lambda e: {_PYTHON.write(rule, typed=typed)}") for rule in rules]  # noqa: S307 - our own text


def _python_test(field: str, test: Test) -> str:
    first = repr(test.values[0]) if test.values else ""
    match test.test:
        case "in":
            wanted = f"{{{', '.join(map(repr, test.values))}}}"
            return f"not {wanted}.isdisjoint({field})" if test.field == "order.skus" else f"{field} in {wanted}"
        case "at_least":
            return f"{field} >= {first}"
        case "between":
            return f"{test.values[0]} <= {field} <= {test.values[1]}"
        case "contains":
            return f"{first} in {field}"
        case "ends_with":
            return f"{field}.endswith({first})"
        case "given":
            return f"{field} != ''"


_PYTHON = Tongue(
    field=lambda field: "e" + "".join(f"[{part!r}]" for part in field.split(".")),
    test=_python_test,
    every=lambda parts: " and ".join(f"({part})" for part in parts) or "True",
    either=lambda parts: " or ".join(f"({part})" for part in parts),
    opposite=lambda part: f"not ({part})",
)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else f"{float(value)}"


def _cel_test(field: str, test: Test) -> str:
    first = _quoted(test.values[0]) if test.values else ""
    match test.test:
        case "in":
            within = " || ".join(f"{_quoted(value)} in {field}" for value in test.values)
            return within if test.field == "order.skus" else f"{field} in [{', '.join(map(_quoted, test.values))}]"
        case "at_least":
            return f"{field} >= {first}"
        case "between":
            return f"{field} >= {first} && {field} <= {_quoted(test.values[1])}"
        case "contains":
            return f"{field}.contains({first})"
        case "ends_with":
            return f"{field}.endsWith({first})"
        case "given":
            return f'{field} != ""'


def _bracketed(field: str) -> str:
    """The sender's own names cannot stand after a dot."""
    return field if field.isascii() else 'form.fields["' + field.removeprefix("form.fields.") + '"]'


_CEL = Tongue(
    field=_bracketed,
    test=_cel_test,
    every=lambda parts: " && ".join(f"({part})" for part in parts) or "true",
    either=lambda parts: " || ".join(f"({part})" for part in parts),
    opposite=lambda part: f"!({part})",
)


def _zen_test(field: str, test: Test) -> str:
    first = _quoted(test.values[0]) if test.values else ""
    match test.test:
        case "in":
            within = " or ".join(f"contains({field}, {_quoted(value)})" for value in test.values)
            return within if test.field == "order.skus" else f"{field} in [{', '.join(map(_quoted, test.values))}]"
        case "at_least":
            return f"{field} >= {first}"
        case "between":
            return f"{field} >= {first} and {field} <= {_quoted(test.values[1])}"
        case "contains":
            return f"contains({field}, {first})"
        case "ends_with":
            return f"endsWith({field}, {first})"
        case "given":
            return f'{field} != ""'


_ZEN = Tongue(
    field=_bracketed,
    test=_zen_test,
    every=lambda parts: " and ".join(f"({part})" for part in parts) or "true",
    either=lambda parts: " or ".join(f"({part})" for part in parts),
    opposite=lambda part: f"not ({part})",
)


def _json_logic_test(field: Any, test: Test) -> Any:
    match test.test:
        case "in" if test.field == "order.skus":
            return {"or": [{"in": [value, field]} for value in test.values]}
        case "in":
            return {"in": [field, list(test.values)]}
        case "at_least":
            return {">=": [field, test.values[0]]}
        case "between":
            return {"<=": [test.values[0], field, test.values[1]]}
        case "contains" | "ends_with":
            # It has no test for an ending; a mail's domain stands nowhere else.
            return {"in": [test.values[0], field]}
        case "given":
            return {"!=": [field, ""]}


_JSON_LOGIC = Tongue(
    field=lambda field: {"var": field},
    test=_json_logic_test,
    every=lambda parts: {"and": parts} if parts else True,
    either=lambda parts: {"or": parts},
    opposite=lambda part: {"!": [part]},
)


def _decision(rows: Iterable[tuple[int, str]]) -> str:
    content = {
        "hitPolicy": "collect",
        "inputs": [{"id": "when", "name": "when"}],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": [{"_id": str(place), "when": written, "rule": str(place)} for place, written in rows],
    }
    at = {"position": {"x": 0, "y": 0}}
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", **at},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": content, **at},
        {"id": "out", "name": "out", "type": "outputNode", **at},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges})
