"""Single edits, each with the text that comes of it; what cannot be edited safely is refused with the reason."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processor.errors import EditRefused, FaultsFound
from processor.rules.edit.edits import (
    AddRule,
    Change,
    Delete,
    Drop,
    DropSource,
    Edit,
    Move,
    PutSource,
    Rename,
    Switch,
    edit_rules,
)
from processor.rules.edit.render import Value
from tests.harness.rules import ruleset

HEAD = "version: 1\nbot: 1\n"
RULE: dict[str, Value] = {"name": "New", "when": {"event": "order.created"}, "then": {"tags": "t"}}
ONE = "  - {name: A, when: {event: order.created}, then: {tags: t}}\n"


def _edited(text: str, *edits: Edit) -> str:
    return edit_rules(text, edits, file="rules.yaml", environ={}, demo=True)


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        (
            "rules: [] # none yet\n# end\n",
            AddRule(RULE),
            "rules: # none yet\n  - name: New\n    when: {event: order.created}\n    then: {tags: t}\n# end\n",
        ),
        ("rules: []", AddRule(RULE), "rules:\n  - name: New\n    when: {event: order.created}\n    then: {tags: t}"),
        ("rules:   # why\n" + ONE, Delete("A"), "rules: []   # why\n"),
        ("rules:\n" + ONE + "# end", Delete(0), "rules: []\n# end"),
        (
            "rules:\n- # first\n  name: A # x\n  when: {}\n  then: {tags: t}\n",
            Switch("A", on=False),
            "rules:\n- # first\n  name: A # x\n  enabled: false\n  when: {}\n  then: {tags: t}\n",
        ),
        (
            "rules:\n- enabled: false # waits\n  name: A\n  when: {}\n  then: {tags: t}\n",
            Switch("A", on=True),
            "rules:\n- enabled: true # waits\n  name: A\n  when: {}\n  then: {tags: t}\n",
        ),
        (
            "rules:\n- enabled: false\n  name: A\n  when: {}\n  then: {tags: t}\n",
            Switch("A", on=True),
            "rules:\n- name: A\n  when: {}\n  then: {tags: t}\n",
        ),
        (
            "rules:\n- name: 'A'\n  when: {}\n  then: {tags: t}",
            Rename("A", "It's"),
            "rules:\n- name: 'It''s'\n  when: {}\n  then: {tags: t}",
        ),
        (
            "rules:\n- name: A\n  when: {}\n  then:\n    tags: # why\n    - t # a\n    # b\n",
            Change("A", ("then", "tags"), "one"),
            "rules:\n- name: A\n  when: {}\n  then:\n    tags: one # why\n    # b\n",
        ),
        (
            "rules:\n- name: A\n  when: {event: order.created}\n  then: {tags: [a, b]}\n",
            Change("A", ("then", "tags"), ["a", "c", "b"]),
            "rules:\n- name: A\n  when: {event: order.created}\n  then: {tags: [a, c, b]}\n",
        ),
        (
            "rules:\n- name: A\n  when: {event: order.created}\n  then:\n    tags: t\n  stop: true\n",
            Change("A", ("then", "variables", "Сумма"), 5),
            "rules:\n- name: A\n  when: {event: order.created}\n  then:\n    tags: t\n"
            "    variables: {Сумма: 5}\n  stop: true\n",
        ),
        ("rules: []\n", PutSource("s", {"preset": "tilda", "secret": "${K:-x}"}), None),
        (
            "sources:\n  s: {preset: tilda, secret: x} # mine\nrules: []\n",
            PutSource("s", ["${N:-a}", "x"], ("secret",)),
            'sources:\n  s: {preset: tilda, secret: ["${N:-a}", x]} # mine\nrules: []\n',
        ),
        ("sources: {s: {preset: tilda, secret: x}}\nrules: []\n", DropSource("s"), "sources: {}\nrules: []\n"),
    ],
)
def test_an_edit_is_written_as_a_person_would(before: str, edit: Edit, after: str | None) -> None:
    if after is None:
        after = 'sources:\n  s: {preset: tilda, secret: "${K:-x}"}\n' + before
    assert _edited(HEAD + before, edit) == HEAD + after
    crlf = (HEAD + before).replace("\n", "\r\n")
    assert _edited(crlf, edit) == (HEAD + after).replace("\n", "\r\n")


SHARED = """\
version: 1
bot: 1
rules:
- name: A
  when: &w {event: order.created}
  then: {tags: t}
- {name: B, when: *w, then: {tags: t}}
"""


@pytest.mark.parametrize(
    ("text", "edit", "why"),
    [
        (SHARED, Change("A", ("when", "event"), "order.paid"), r"shared: &w is used as \*w in line 7"),
        (SHARED, Change("B", ("when", "event"), "order.paid"), "shared"),
        (SHARED, Change("A", ("when",), {}), "shared"),
        (SHARED, Delete("A"), "shared"),
        (SHARED, Move("A", 1), r"\*alias would stand above"),
        (SHARED, Delete("C"), 'no rule "C"'),
        (SHARED, Delete("Aa"), 'did you mean "A"'),
        (SHARED, Delete(2), "no rules.2"),
        (SHARED, Drop("A", ("then", "status")), r"no rules.0.then.status"),
        (SHARED, Move("A", 5), "no rules.0"),
        ("", AddRule(RULE), "empty"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(text: str, edit: Edit, why: str) -> None:
    with pytest.raises(EditRefused, match=why) as found:
        _edited(text, edit)
    assert found.value.say("ru") != found.value.say("en")


def test_an_alias_itself_may_be_replaced() -> None:
    after = _edited(SHARED, Change("B", ("when",), {"event": "order.paid"}))
    assert after == SHARED.replace("*w", "{event: order.paid}")


def test_an_edit_that_would_make_wrong_rules_is_refused_with_its_faults() -> None:
    with pytest.raises(FaultsFound) as found:
        _edited(SHARED, Change("B", ("then", "tag"), "x"))
    assert [str(fault.place) for fault in found.value.faults] == ["rules.yaml:7:39"]
    with pytest.raises(FaultsFound):
        _edited("rules: [", AddRule(RULE))


def test_several_edits_are_done_all_or_none() -> None:
    after = _edited(SHARED, Rename("A", "C"), AddRule(RULE, 0), Move("New", 1), Delete("New"))
    assert after == SHARED.replace("name: A", "name: C")
    with pytest.raises(EditRefused):
        _edited(SHARED, Rename("A", "C"), Delete("A"))


WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(lambda text: text.strip())


@settings(max_examples=150, deadline=None)
@given(note=WORDS, place=st.sampled_from(["block", "flow", "single", "double", "literal", "missing"]))
def test_any_text_can_be_written_anywhere_and_is_read_back(note: str, place: str) -> None:
    written = {
        "block": "  note: x # c\n",
        "single": "  note: 'x'\n",
        "double": '  note: "x" # c\n',
        "literal": "  note: |\n    x\n    y\n",
    }.get(place, "")
    tail = "  # last\n  when: {}\n  then: {tags: t}\n# end"
    text = HEAD + "rules:\n- name: A\n" + written + tail
    if place == "flow":
        text = HEAD + "rules: [{name: A, note: x, when: {}, then: {tags: t}}] # c\n"
    try:
        after = _edited(text, Change("A", ("note",), note))
    except FaultsFound as faults:  # signs that YAML does not allow at all, or nothing but blanks
        assert {fault.code for fault in faults.faults} <= {"yaml.character", "value.empty"}  # noqa: PT017
        return
    assert ruleset(after).rules[0].note == note.strip()
    if place != "flow":
        assert after.startswith(HEAD + "rules:\n- name: A\n")
        assert after.endswith(tail)
