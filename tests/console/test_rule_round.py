"""A rule that is opened in the form and saved as it stands leaves the file byte for byte as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from processor.errors import EditRefused
from processor.rules.edit.bare import Bare
from processor.rules.edit.draft import Draft
from processor.rules.edit.edits import edit_text
from processor.rules.form.fields import Form, Pair, Row
from processor.rules.form.posted import form_from
from processor.rules.form.read import form_of
from processor.rules.form.seen import Pickers
from processor.rules.form.write import edits_of, new_rule
from processor.store.users import User
from processor.web.console.render import Renderer
from processor.web.console.reply import Page
from processor.web.console.rule_view import WORDS
from processor.web.console.visit import Look, Visit
from tests.harness.html_form import fields_of
from tests.rules.edit_styles import styled
from tests.rules.test_docs import EXAMPLES

HARD = """\
version: 1
bot: 1
sources: {crm: {preset: generic, token: t}}
rules:
  - name: "Nested: deeper"
    note: |
      two lines
      # no comment
    when:
      event: {in: [order.created], not: order.paid}
      order.total: {at_least: 5_000, at_most: '9000'}
      any:
        - {all: {order.coupon: a}, order.number: 007}
      not: [{utm.source: vk, earlier: {count: 1}}]
      all: {order.paid: да, order.status: [new, 1.10]}
      form.fields."a.b": {exists: no}
      occurred_at: {time: {after: 22:00}, weekday: [sat, вс]}
      earlier: [{event: order.created, count: {at_least: 1, at_most: 5}}, {within: 90d, count: 0}]
    then:
      tags: " spaced "
      variables: {Sum: 10, Text: "a
        b"}
      status: {value: "{{ order.status }}", each: yes}
    contact: {name: Анна}
    urgent: no
    enabled: off   # for now
    after: 90m
    unless: {event: [order.paid, order.cancelled], same: order}
"""


def _texts() -> Iterator[str]:
    yield HARD
    yield from (styled(seed).text for seed in range(60))
    yield from (text for _, _, text, faults in EXAMPLES if faults is None)


def rules_of(text: str) -> list[Bare]:
    bare = Draft(text, "rules.yaml").bare
    assert isinstance(bare, dict)
    rules = bare["rules"]
    return rules if isinstance(rules, list) else []


def opened(form: Form) -> dict[str, str]:
    """The form as a browser would send it back."""
    visit = Visit(
        path="/rules/rule/0",
        look=Look("ru", "auto", ZoneInfo("Europe/Moscow")),
        client="",
        agent="",
        user=User(name="Olga", role="owner", password="", since_ms=0),
    )
    beside: dict[str, object] = {
        "lines": [],
        "faults_elsewhere": [],
        "sentence": None,
        "example_count": 0,
        "proven": None,
    }
    values = {"form": form, "where": "0", "mark": "", "problem": None, "unwritten": None, "offers": Pickers()}
    return fields_of(Renderer().html(Page("rule.html", {**WORDS, **values, **beside}), visit, now_ms=0))


def test_what_is_saved_as_it_was_opened_changes_not_a_byte() -> None:
    count = 0
    for text in _texts():
        for position, rule in enumerate(rules_of(text)):
            form = form_from(opened(form_of(rule)))
            assert edits_of(position, rule, form) == [], rule
            count += 1
    assert count > 250


def test_a_tag_more_changes_nothing_but_the_tags() -> None:
    for text in _texts():
        for position, rule in enumerate(rules_of(text)):
            form = form_from(opened(form_of(rule)))
            more = replace(form, tags=(*form.tags, "Ещё один"))
            changed = _changed(text, position, more)
            if changed is None:
                continue
            now = rules_of(changed)
            assert form_of(now[position]).tidy() == more.tidy()
            assert [one for at, one in enumerate(now) if at != position] == [
                one for at, one in enumerate(rules_of(text)) if at != position
            ]
            assert text.count("#") == changed.count("#")


def _changed(text: str, position: int, form: Form) -> str | None:
    """The text with the form's edits; None where the rule shares what it says with another."""
    try:
        return edit_text(text, edits_of(position, rules_of(text)[position], form), file="rules.yaml")
    except EditRefused:
        if re.search(r"\*\w", text):
            return None
        raise


def test_a_form_written_as_a_new_rule_reads_back_the_same() -> None:
    for text in _texts():
        for rule in rules_of(text):
            form = replace(form_of(rule), name="Совсем новое")
            if form.kept or any(row.kept for row in form.rows) or any(one.kept >= 0 for one in form.earlier):
                continue
            added = edit_text(text, [new_rule(form)], file="rules.yaml")
            assert form_of(rules_of(added)[-1]).tidy() == form.tidy()


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"rows": (Row("order.total", "at_least", ("5000",)),)}, "order.total: {at_least: 5000}"),
        ({"rows": (Row("order.number", "is", ("007",)),)}, "order.number: 007"),
        ({"rows": (Row("customer.phone", "in", ("+79000000001", "x: y")),)}, 'customer.phone: [+79000000001, "x: y"]'),
        ({"rows": (Row("order.coupon", "empty.false"),)}, "order.coupon: {empty: false}"),
        ({"status": "Новый", "each": True}, "status: {value: Новый, each: true}"),
        ({"variables": (Pair("Сумма", "{{ order.total }}"),)}, 'variables: {Сумма: "{{ order.total }}"}'),
        (
            {"groups": {"any": ((Row("utm.source", "is", ("vk",)),), (Row("order.total", "more_than", ("9",)),))}},
            "any: [{utm.source: vk}, {order.total: {more_than: 9}}]",
        ),
        ({"groups": {"not": ((Row("utm.source", "is", ("vk",)),),)}}, "not: {utm.source: vk}"),
    ],
)
def test_what_is_filled_in_is_written_as_a_person_would(change: dict[str, object], line: str) -> None:
    head = (
        "version: 1\nbot: 1\nsources: {}\nrules:\n  - name: r\n    when: {event: order.created}\n    then: {tags: a}\n"
    )
    rule = rules_of(head)[0]
    form = replace(form_of(rule), **change)  # type: ignore[arg-type]
    text = edit_text(head, edits_of(0, rule, form), file="rules.yaml")
    assert line in text
    assert form_of(rules_of(text)[0]).tidy() == form.tidy()


def test_what_cannot_be_written_is_told() -> None:
    rule = rules_of(HARD)[0]
    form = form_of(rule)
    for wrong, told in (
        (replace(form, rows=(*form.rows, Row("", "is", ("5",)))), "names no field"),
        (replace(form, rows=(*form.rows, Row("order.total", "at_least", ("7",)))), "two lines with the test"),
        (replace(form, variables=(Pair("", "x"),)), "has no name"),
        (replace(form, variables=(Pair("a", "x"), Pair("a", "y"))), "is repeated"),
    ):
        with pytest.raises(EditRefused, match=told):
            edits_of(0, rule, wrong)
