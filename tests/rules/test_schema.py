"""The JSON Schemas take every file that the compiler takes, and refuse what a schema can."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

import pytest
from jsonschema import Draft7Validator

from benchmarks.rules_written import rules_of, written_for_us
from processor.domain.sender import SENDERS
from processor.errors import FaultsFound
from processor.rules.compile import RULE_KEYS, TOP_KEYS
from processor.rules.effects import KEYS as THEN_KEYS
from processor.rules.example import example_text
from processor.rules.examples.whole import compile_examples
from processor.rules.operators import FITTING, TESTS
from processor.rules.schema import FILES, examples_schema, rules_schema, schema_text
from processor.rules.sources import KEYS as SOURCE_KEYS
from processor.rules.vocabulary import DOTTED, PATHS
from tests.code.tree import ROOT
from tests.examples.mistakes import BESIDE, WHOLE
from tests.examples.playing import HEAD as EXAMPLES_HEAD
from tests.examples.playing import RULE
from tests.harness.rules import RULES_TEXT, ruleset
from tests.rules.edit_styles import styled
from tests.rules.mistakes import MISTAKES, rule, source
from tests.rules.mistakes_language import LANGUAGE
from tests.rules.schema import is_readable, refusals
from tests.rules.suspects import SUSPECTS
from tests.rules.test_accepted import SETTLE, SOURCE_SECRETS
from tests.rules.test_docs import EXAMPLES, PAGES, blocks
from tests.rules.test_mistaken import TEXTS, faults_of
from tests.rules.test_moments import EVERY_TEST
from tests.rules.test_moments import TABLE as MOMENTS
from tests.rules.test_wrong_types import HOLDS

ACCEPTED: Final = (
    example_text(),
    RULES_TEXT,
    *(text for _, _, text, _ in EXAMPLES),
    *(rule(when) for when, _ in (*MOMENTS, *HOLDS)),
    rule(f"{{any: [{', '.join(f'{{raw: {test}}}, {{raw.a: {test}}}' for test in EVERY_TEST)}]}}"),
    *(source(entry) for entry, *_ in SOURCE_SECRETS),
    *(f"settle: {written}\n" + rule(more=f"    settle: {written}\n") for written, _ in SETTLE),
    *(suspect.text for suspect in SUSPECTS),
    *(styled(seed).text for seed in range(30)),
    written_for_us(rules_of(150, 7)),
    rule("{order.items.0.name: a, order.items[1].price: 5, order . number: 7, 'customer.\"name\"': x, raw[0].a: 1}"),
    rule("{event: order.create_own, not: [{event: theirs}, {raw: {exists: true}}], order: {exists: да}}"),
    rule("{earlier: [{count: {between: [1, 3]}, within: 90 дней}, {event: [order.paid, x], source: shop, count: 0}]}"),
    rule(then="{status: {value: 'Заказ {{ order.number }}', each: да}, variables: {7: 1.5, a: yes}}"),
)
"""Texts that compile, but for those among the documents' that show a mistake."""

ALWAYS: Final = frozenset(
    [
        "example.given",
        "example.number",
        "expect.written",
        "file.empty",
        "name.unknown",
        "secret.empty",
        "source.account",
        "source.foreign",
        "source.key_name",
        "source.name",
        "source.no_proof",
        "source.region",
        "source.two_proofs",
        "template.unquoted",
        "test.unfit",
        "test.weekday",
        "then.contact",
        "value.empty",
        "value.too_long",
        "value.unknown",
        "variable.name",
        "yaml.alias",
        "yaml.bracket",
        "yaml.character",
        "yaml.colon",
        "yaml.dash",
        "yaml.documents",
        "yaml.escape",
        "yaml.glued",
        "yaml.indent",
        "yaml.key",
        "yaml.no_colon",
        "yaml.quote",
        "yaml.repeated",
        "yaml.sign",
        "yaml.space",
        "yaml.tab",
        "yaml.tag",
        "yaml.too_much",
        "yaml.unreadable",
    ]
)
"""Codes of the compiler whose mistakes the schema refuses as well, as far as our own mistakes show."""
SOMETIMES: Final = frozenset(
    [
        "example.moment",
        "expect.template",
        "name.missing",
        "path.unknown",
        "path.written",
        "source.api",
        "test.moment",
        "test.number",
        "test.span",
        "test.time",
        "value.duration",
        "value.kind",
        "value.repeated",
        "version.unknown",
        "yaml.merge",
    ]
)
"""Codes of which it refuses some."""
NEVER: Final = frozenset(
    [
        "event.unknown",
        "example.email",
        "example.phone",
        "expect.contradiction",
        "rule.repeated",
        "rule.unknown",
        "secret.example",
        "secret.reference",
        "secret.unset",
        "source.address",
        "source.timezone",
        "source.unknown",
        "template.arguments",
        "template.filter",
        "template.syntax",
        "template.tag",
        "test.pattern",
        "then.variable",
        "variable.utm",
        "yaml.anchor",
    ]
)
"""What a schema cannot know: names of the file itself, the environment, order, templates."""


def _compiles(text: str) -> bool:
    try:
        return bool(ruleset(text, {"A": "a", "B": "b"}, demo=True))
    except FaultsFound:
        return False


GOOD: Final = tuple(dict.fromkeys(filter(_compiles, ACCEPTED)))


def test_the_schemas_are_schemas() -> None:
    for schema in (rules_schema(), examples_schema()):
        Draft7Validator.check_schema(schema)
        names = {name.removeprefix("#/definitions/") for name in _refs(schema)}
        assert names <= schema["definitions"].keys()


def _refs(schema: Any) -> Iterator[str]:
    below = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        yield schema["$ref"]
    for one in below:
        yield from _refs(one)


@pytest.mark.parametrize("name", FILES)
def test_the_files_beside_the_documents_are_those_that_are_made(name: str) -> None:
    """`watbot-hooks schema -o docs/rules.schema.json`, and with `--examples` the other, write them anew."""
    assert (ROOT / "docs" / name).read_text("utf-8") == schema_text(FILES[name]())


def test_many_files_are_looked_at() -> None:
    assert len(GOOD) > 200


@pytest.mark.parametrize("text", GOOD, ids=range(len(GOOD)))
def test_what_compiles_is_not_underlined(text: str) -> None:
    assert refusals(text) == []


def test_a_file_of_examples_that_is_right_is_not_underlined() -> None:
    """The documents' own."""
    found = [text for _, path in PAGES for text in blocks(path) if text.startswith("examples:")]
    assert len(found) >= 2
    assert [refusals(text, examples=True) for text in found] == [[]] * len(found)


def test_what_an_editor_offers_is_what_the_compiler_knows() -> None:
    schema = rules_schema()
    parts = schema["definitions"]
    assert tuple(schema["properties"]) == TOP_KEYS
    assert tuple(parts["rule"]["properties"]) == RULE_KEYS
    assert tuple(parts["then"]["properties"]) == THEN_KEYS
    assert tuple(parts["source"]["properties"]) == SOURCE_KEYS
    assert parts["source"]["properties"]["preset"]["enum"] == list(SENDERS)
    assert parts["conditions"]["properties"].keys() == {*DOTTED, "any", "all", "not", "earlier"}
    for kind, fitting in FITTING.items():
        assert tuple(parts[f"test-{kind}"]["properties"]) == tuple(test for test in TESTS if test in fitting)


def test_every_field_is_described_in_both_languages() -> None:
    shown = list(_described(rules_schema())) + list(_described(examples_schema()))
    assert len(shown) > len(PATHS) * 4
    for schema in shown:
        russian, slash, english = schema["description"].partition(" / ")
        assert russian
        assert slash
        assert english
        assert schema["markdownDescription"] == f"{russian}\n\n{english}"


def _described(schema: Any) -> Iterator[Any]:
    """Every field that is named."""
    if isinstance(schema, dict):
        for name, one in schema.items():
            if name == "properties":
                yield from (field for field in one.values() if not field.keys() & {"const", "not"})
            if name not in ("if", "not"):
                yield from _described(one)
    if isinstance(schema, list):
        for one in schema:
            yield from _described(one)


def test_what_a_schema_can_know_it_refuses() -> None:
    """Each code of the compiler by what our mistaken files show; what is no YAML an editor underlines by itself."""
    seen: dict[str, set[bool]] = defaultdict(set)
    for code, text, examples in _mistaken():
        seen[code].add(not is_readable(text) or bool(refusals(text, examples=examples)))
    by_outcome: dict[frozenset[bool], set[str]] = defaultdict(set)
    for code, outcomes in seen.items():
        by_outcome[frozenset(outcomes)].add(code)
    assert by_outcome[frozenset({True})] == ALWAYS
    assert by_outcome[frozenset({True, False})] == SOMETIMES
    assert by_outcome[frozenset({False})] == NEVER


def _mistaken() -> Iterator[tuple[str, str, bool]]:
    """The code, the text and whether it is a file of examples, of each text with faults of one code."""
    texts = dict.fromkeys((*TEXTS.values(), *(mistake.text for mistake in (*MISTAKES, *LANGUAGE, *BESIDE))))
    for text in texts:
        codes = {fault.code for fault in faults_of(text) or faults_of(text, demo=False)}
        if len(codes) == 1 and len(text) < 10_000:
            yield codes.pop(), text, False
    rules = ruleset(EXAMPLES_HEAD + RULE)
    for mistake in WHOLE:
        with pytest.raises(FaultsFound):
            compile_examples(mistake.text, "e.yaml", rules)
        yield mistake.code, mistake.text, True
