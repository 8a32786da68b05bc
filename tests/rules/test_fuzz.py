"""Whatever the text, compiling gives rules or faults: nothing else, and soon."""

import json
import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from processor.errors import FaultsFound
from processor.fault import Fault
from processor.rules.compile import RULE_KEYS, TOP_KEYS, compile_rules
from processor.rules.effects import KEYS as EFFECTS
from processor.rules.effects import STATUS_KEYS
from processor.rules.example import example_text
from processor.rules.operators import TESTS
from processor.rules.sources import KEYS
from processor.rules.vocabulary import DOTTED
from tests.rules.mistakes import MISTAKES

SECONDS_MAX = 20.0

GOOD = example_text()
PIECES = (
    *"{}[]:,&*!|>'\"%@`#-?\t\n\r $\\~<=",
    "{{ order.number }}",
    "{% for i in (1..9) %}",
    "${X:-y}",
    "<<: *a",
    "&a ",
    "*a",
    "--- ",
    "\n- ",
    "!!binary ",
    "\ue000",
    "\u2028",
    "\x00",
    "1e999999999",
    "not: ",
    "any: ",
    "at_least: ",
    "order.items.0.name: ",
    '\\U7fffffff"',
)

LIQUID = ("{{", "}}", "{%", "%}", "|", " order.total ", "if", "endif", "default: ")


def compile_safely(text: str) -> None:
    """Rules or faults, each with its place, in time; anything else fails the test."""
    started = time.monotonic()
    faults = faults_of(text)
    assert time.monotonic() - started < SECONDS_MAX
    assert faults is None or faults
    for fault in faults or ():
        assert fault.place is not None
        assert fault.place.line >= 1
        assert fault.say("ru")
        assert fault.say("en")


def faults_of(text: str) -> tuple[Fault, ...] | None:
    """The faults, or None when there are rules."""
    try:
        compile_rules(text, "rules.yaml", {}, demo=True)
    except FaultsFound as error:
        return error.faults
    return None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_random_text_is_answered_with_faults(text: str) -> None:
    """Any characters, lone surrogates among them."""
    compile_safely(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "a", "b", "rules:", "when:", "then:", "\n  "]), max_size=60))
def test_random_yaml_is_answered_with_faults(pieces: list[str]) -> None:
    """Signs that mean something to YAML or Liquid, in any order."""
    compile_safely("".join(pieces))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_file_is_answered_with_faults(data: st.DataObject) -> None:
    """The example with pieces put in, cut out and doubled."""
    text = data.draw(st.one_of(st.just(GOOD), st.sampled_from([mistake.text for mistake in MISTAKES])))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        piece = data.draw(st.sampled_from([*PIECES, text[start:end] * 2]))
        text = text[:start] + piece + text[end:]
    compile_safely(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, *LIQUID]), max_size=20))
def test_a_damaged_template_is_answered_with_faults(pieces: list[str]) -> None:
    """In a block, where YAML lets everything pass."""
    body = "".join(pieces).replace("\n", " ").replace("\r", " ").replace("\x00", "").replace("\u2028", " ")
    top = "version: 1\nbot: 1\nrules:\n  - name: r\n    when: {}\n    then:\n      status: |\n        "
    compile_safely(f"{top}{body}\n")


NAMES = [*TOP_KEYS, *RULE_KEYS, *EFFECTS, *STATUS_KEYS, *KEYS, *TESTS, *DOTTED, "any", "all", "raw.x", "x"]
TEXTS = [
    "1",
    "generic",
    "order.created",
    "first",
    "{{ order.total }}",
    "${X:-y}",
    "5 000,50",
    "",
    "a.b",
    ".",
    "3s",
    "99m",
]
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 10**30), st.floats(), st.sampled_from(TEXTS))
SHAPES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)),
    max_leaves=12,
)
PARTS = st.dictionaries(st.sampled_from(NAMES), SHAPES, max_size=3)
THEN = st.one_of(
    PARTS,
    st.dictionaries(
        st.sampled_from(EFFECTS),
        st.one_of(SHAPES, st.dictionaries(st.sampled_from([*STATUS_KEYS, *TEXTS]), SHAPES, max_size=4)),
        max_size=4,
    ),
)
RULES = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from("abc")},
        optional={"when": PARTS, "then": THEN, "contact": SHAPES} | dict.fromkeys(("stop", "urgent", "settle"), SHAPES),
    ),
    max_size=3,
)
FILES = st.fixed_dictionaries(
    {"version": st.just(1), "bot": st.just(1)},
    optional={
        "sources": st.dictionaries(st.sampled_from(["shop", "a b"]), st.dictionaries(st.sampled_from(KEYS), SHAPES)),
        "messengers": SHAPES,
        "settle": SHAPES,
        "rules": RULES,
    },
)


@settings(max_examples=300, deadline=None)
@given(FILES)
def test_right_yaml_of_the_wrong_shape_is_answered_with_faults(shape: dict[str, Any]) -> None:
    """JSON is YAML too."""
    compile_safely(json.dumps(shape, ensure_ascii=False))


def test_hostile_shapes_are_answered_soon() -> None:
    """A mebibyte of whatever costs the parser most."""
    for text in (
        "[" * 1_000_000,
        "{" * 1_000_000,
        "- " * 500_000,
        "? " * 500_000,
        "a: " * 300_000,
        '"' + "\\x41" * 250_000,
        "x" * 1_000_000 + ": 1",
        "&a " * 300_000,
        "!a " * 300_000,
    ):
        compile_safely(text)
