"""No rule can hang, run code, read files or take all memory; one that fails, fails alone."""

from __future__ import annotations

import json
import time
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest

from processor.domain.delivery import Delivery
from processor.domain.event import Event
from processor.domain.reach import view_of
from processor.domain.template import Rendered, page_of, parse, render
from processor.errors import FaultsFound
from processor.store.deliveries import Taken
from tests.harness.rules import ruleset
from tests.rules.mistakes import rule
from workers.apply import Outcome, decide

CALM_SECONDS = 1
CALM_BYTES = 64 * 1024 * 1024

FILES = {
    "an alias bomb": "version: 1\nbot: 1\na0: &a0 [" + ",".join("x" * 10) + "]\n"
    + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)) + "rules: []\n",
    "a file in itself": "version: 1\nbot: 1\nrules: &a [*a]\n",
    "brackets without end": rule("[" * 3_000),
    "conditions in conditions": rule("{not: " * 60 + "{event: a}" + "}" * 60),
    "a pattern of a million letters": rule('{customer.name: {matches: "(a{1000}){1000}"}}'),
    "a pattern too long": rule("{customer.name: {matches: " + "a" * 4_000 + "}}"),
    "many heavy patterns": rule("{customer.name: {matches: [" + ", ".join(["'(\\pL\\pN)(\\pL)'"] * 20) + "]}}"),
    "a number of thousands of digits": rule("{order.total: {at_least: " + "9" * 5_000 + "}}"),
    "a number with a giant exponent": rule("{order.total: {at_least: 1e999999999}}"),
    "a time without measure": rule("{received_at: {within: 999999999w}}"),
    "a date without measure": rule("{received_at: {after: +999999999w}}"),
    "a path of hundreds of steps": rule("{raw" + ".a" * 400 + ": 1}"),
    "blocks in blocks": rule(then='{tags: "' + "{% if true %}" * 200 + '"}'),
    "a template too long": rule(then='{tags: "' + "{{ order.number }}" * 300 + '"}'),
    "a list too long": rule("{order.number: [" + ",".join(["a"] * 2_000) + "]}"),
    "code in a tag": "version: 1\nbot: !!python/object/apply:os.system ['true']\nrules: []\n",
    "a file to include": rule(then="{tags: \"{% include '/etc/passwd' %}\"}"),
    "a file to render": rule(then="{tags: \"{% render '/etc/passwd' %}\"}"),
    "code in a template": rule(then='{tags: "{{ order.__class__.__mro__ }}"}'),
    "code in a filter": rule(then="{tags: \"{{ order.number | eval }}\"}"),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_answered_by_faults_soon(name: str) -> None:
    """With a place, within a second and little memory."""
    tracemalloc.start()
    started = time.process_time()
    try:
        with pytest.raises(FaultsFound) as found:
            ruleset(FILES[name])
        seconds, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert all(fault.place for fault in found.value.faults)
    assert peak < CALM_BYTES
    # Counting every allocation makes Python several times slower.
    assert seconds < CALM_SECONDS * 6


def _deep() -> dict[str, Any]:
    deep: dict[str, Any] = {}
    node = deep
    for _ in range(900):
        node["x"] = {}
        node = node["x"]
    return deep


EVENT = Event(
    source="shop",
    event="order.created",
    received_at=datetime(2026, 11, 24, tzinfo=UTC),
    raw={
        "big": "я" * 500_000,
        "text": "ж" * 16_000,
        "signs": "&" * 2_700,
        "words": "a " * 8_000,
        "list": list(range(100_000)),
        "same": [[1] * 990 + [n] for n in range(990)],
        "texts": ["ж" * 400] * 1_000,
        "deep": _deep(),
    },
)
PAGE = page_of(view_of(EVENT))
LOOP, END = "{% for i in (1..500) %}", "{% endfor %}"


def _often(inner: str) -> str:
    """`inner` as often as a template may hold it, in the longest loop."""
    return LOOP + inner * ((4_000 - len(LOOP + END)) // len(inner)) + END


TEMPLATES = {
    "a range counted to its end": "{% for i in (1..1000000000) offset: 999999990 %}x{% endfor %}",
    "a range turned round": "{% for i in (1..1000000000) reversed %}x{% endfor %}",
    "a range from below": "{% for i in (-1000000000..1) reversed %}x{% endfor %}",
    "a range that is searched": "{% if (1..1000000000) contains 'x' %}x{% endif %}",
    "a range kept for later": "{% assign r = (1..1000000000) %}{% if r contains 'x' %}x{% endif %}",
    "a range of a case": "{% case 'x' %}{% when (1..1000000000) %}x{% endcase %}",
    "a range without measure": "{% for i in (1.." + "9" * 400 + ") reversed %}x{% endfor %}",
    "loops in loops": LOOP + LOOP + "x" + END + END,
    "a text doubled by assign": "{% assign a = 'xxxxxxxxxx' %}" + "{% assign a = a | append: a %}" * 60 + "{{ a }}",
    "a text doubled by capture": "{% capture a %}xx{% endcapture %}"
    + "{% capture a %}{{ a }}{{ a }}{% endcapture %}" * 40 + "{{ a }}",
    "a number doubled": "{% assign x = 9 %}" + LOOP + "{% assign x = x | times: x %}" + END + "{{ x }}",
    "replacing everything": "{{ raw.text | replace: '', raw.text }}",
    "joining by a giant": "{{ raw.texts | join: raw.text }}",
    "a list compared with itself": "{{ raw.same | uniq | size }}",
    "searching a giant again and again": _often("{% if raw.big contains 'zz' %}x{% endif %}"),
    "encoding again and again": _often("{% assign q = raw.signs | url_encode %}"),
    "letters again and again": _often("{% assign q = raw.text | upcase %}"),
    "words again and again": _often("{% assign q = raw.words | truncatewords: 3000 %}"),
    "sorting again and again": _often("{% assign q = raw.texts | sort_natural %}"),
    "turning lists again and again": _often("{% assign q = raw.texts | reverse %}"),
    "deep nesting as text": _often("{% assign q = raw.deep | upcase %}"),
    "hashes again and again": _often("{% assign q = raw.text | hash %}"),
    "sums again and again": _often("{% assign q = i | money %}"),
    "dates again and again": _often("{% assign q = received_at | date %}"),
    "phones again and again": _often("{% assign q = i | append: '9000000001' | phone %}"),
    "conditions again and again": _often("{% if i %}{% endif %}"),
    "the whole delivery": "{{ raw }}",
    "the whole of a deep one": "{{ raw.deep }}",
    "a list longer than the loop": "{% for i in raw.list %}x{% endfor %}",
    "a giant argument": "{{ 1 | plural: raw.big, raw.big }}",
    "a giant format": "{{ received_at | date: raw.big }}",
    "a giant width": "{{ 'x' | truncate: 99999999999999999999, raw.big }}",
    "too many places": "{{ 1.5 | round: 999999999 }}",
}  # fmt: skip


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_hostile_template_is_answered_by_a_problem_soon(name: str) -> None:
    """In both languages, within a second and little memory."""
    template = parse(TEMPLATES[name][:4_096], 1)
    started = time.process_time()
    rendered = render(template, PAGE)
    assert time.process_time() - started < CALM_SECONDS
    assert rendered.problem is not None
    assert rendered.problem.ru
    assert rendered.problem.en
    assert _peak_bytes(template) < CALM_BYTES


def _peak_bytes(template: Any) -> int:
    tracemalloc.start()
    try:
        render(template, PAGE)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


RULES = """\
version: 1
bot: 1
sources:
  crm: {preset: generic, token: t, event: type}
rules:
  - name: Сломано
    when: {event: lead.created}
    then: {tags: ["{{ raw.sum | money }}", Рядом]}
  - name: Цело
    when: {event: lead.created}
    then: {tags: Лид}
"""


def _decided(rules: str) -> Outcome:
    body = json.dumps({"type": "lead.created", "sum": "много", "customer": {"phone": "+7 900 000-00-01"}}).encode()
    headers = {"content-type": "application/json"}
    delivery = Delivery(id="d", source="crm", preset="generic", received_ms=1_000, headers=headers, body=body)
    return decide(Taken(delivery, number=7, tries=1), ruleset(rules), now_ms=2_000)


def test_a_rule_that_fails_fails_alone_and_is_seen() -> None:
    """What stands beside it applies; the story says which rule, which element and why."""
    outcome = _decided(RULES)
    ((_, wishes),) = outcome.contacts
    assert {wish.element for wish in wishes} == {"tag:Рядом", "tag:Лид"}
    (problem,) = outcome.story["problems"]
    assert (problem["rule"], problem["element"]) == ("Сломано", "tag")
    assert "не число" in problem["text"]["ru"]
    assert "not a number" in problem["text"]["en"]


def test_its_event_gives_the_rest_once_the_rule_is_mended() -> None:
    """The delivery is kept whole: decided again under the mended rules it wants what was left out."""
    outcome = _decided(RULES.replace("| money", "| default: '0'"))
    ((_, wishes),) = outcome.contacts
    assert {wish.element for wish in wishes} == {"tag:много", "tag:Рядом", "tag:Лид"}
    assert not outcome.story.get("problems")


def test_a_page_tells_no_stranger_where_it_is_at_home() -> None:
    """What filters are read by cannot be named in a template, nor set by a body."""
    assert render(parse("{{ received_at | date: 'time' }}", 1), PAGE | {"raw": {" home": 5}}) == Rendered("03:00")
