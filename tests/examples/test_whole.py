"""Whole files of examples: all rules together, requests as they are sent, and stories of one contact."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from processor.errors import FaultsFound
from tests.examples.playing import RULE, told, whole
from tests.harness.deliveries import woo_order

PAID = (
    "  - {name: Оплачен, when: {event: order.paid}, then: {tags: Оплатил, remove_tags: Не оплатил, status: Оплачен}}\n"
)
NEW = "  - {name: Новый, when: {event: order.created}, then: {tags: Не оплатил, status: Новый, utm: first}}\n"
STOP = "  - {name: Стоп, when: {order.coupon: нет}, then: {}, stop: true}\n"
RULES = STOP + NEW + PAID
PHONE = 'customer.phone: "+79000000001"'
CREATED = f"{{source: shop, event: order.created, {PHONE}}}"


def one(
    given: str, expect: str, rules: str = RULES, folder: Path | None = None
) -> list[tuple[str, str | None, str | None]]:
    """What differs in a file with one example."""
    text = f"examples:\n  - name: Пример\n    {given}\n    expect: {expect}\n"
    (result,) = whole(text, rules, folder) if folder else whole(text, rules)
    assert not result.faults
    return told(result)


def test_all_rules_are_asked_in_their_order() -> None:
    expect = "{rules: [Новый], tags: Не оплатил, remove_tags: [], status: Новый, contacts: 1, problems: []}"
    assert one(f"event: {CREATED}", expect) == []


def test_a_rule_too_many_or_too_few_is_told_by_name() -> None:
    assert one(f"event: {CREATED}", "{rules: [Новый, Оплачен]}") == [("rules", "Оплачен", None)]
    assert one(f"event: {CREATED}", "{rules: []}") == [("rules", None, "Новый")]
    assert one(f"event: {CREATED}", "nothing") == [("rules", None, "Новый")]


def test_the_order_of_rules_counts() -> None:
    rules = NEW + "  - {name: Второе, when: {}, then: {tags: a}}\n"
    assert one(f"event: {CREATED}", "{rules: [Второе, Новый]}", rules) == [("rules", "Второе, Новый", "Новый, Второе")]


def test_a_rule_that_says_stop_stops_here() -> None:
    event = f"{{source: shop, event: order.created, order.coupon: нет, {PHONE}}}"
    assert one(f"event: {event}", "{rules: [Стоп], tags: []}") == []


def test_the_rule_that_should_have_matched_says_why_it_did_not() -> None:
    text = f"examples:\n  - name: П\n    event: {CREATED}\n    expect: {{rules: [Оплачен]}}\n"
    (result,) = whole(text, RULES)
    assert result.nearest is not None
    assert result.nearest.rule == "Оплачен"


def test_a_story_merges_what_its_steps_wish() -> None:
    """The newest wins, whatever order it came in."""
    story = f"story: [{{event: {CREATED}}}, {{event: {{source: shop, event: order.paid, {PHONE}}}, after: 2d}}]"
    expect = "{rules: [Новый, Оплачен], tags: Оплатил, remove_tags: Не оплатил, status: Оплачен, contacts: 1}"
    assert one(story, expect) == []


def test_an_event_that_comes_late_undoes_nothing_newer() -> None:
    paid = f"{{source: shop, event: order.paid, occurred_at: 2026-01-05, {PHONE}}}"
    late = f"{{source: shop, event: order.created, occurred_at: 2026-01-04, {PHONE}}}"
    story = f"story: [{{event: {paid}, at: 2026-01-05}}, {{event: {late}, at: 2026-01-06}}]"
    assert one(story, "{rules: [Оплачен, Новый], tags: Оплатил, remove_tags: Не оплатил, status: Оплачен}") == []


def test_two_people_are_two_contacts() -> None:
    other = CREATED.replace("0001", "0002")
    assert one(f"story: [{{event: {CREATED}}}, {{event: {other}}}]", "{contacts: 2, tags: Не оплатил}") == []


def test_statuses_of_a_row_come_in_their_order() -> None:
    rules = "  - {name: Р, when: {}, then: {status: {value: '{{ order.status }}', each: true}}}\n"
    steps = [f"{{event: {{source: shop, event: x, order.status: {word}, {PHONE}}}}}" for word in ("b", "a")]
    assert one(f"story: [{', '.join(steps)}]", "{status: [b, a]}", rules) == []
    assert one(f"story: [{', '.join(steps)}]", "{status: [a, b]}", rules) == [("status", "a, b", "b, a")]


def test_first_utm_stays_and_last_utm_goes() -> None:
    first = f"{{event: {{source: shop, event: order.created, utm.source: vk, {PHONE}}}}}"
    last = f"{{event: {{source: shop, event: order.paid, utm: {{source: ya, medium: cpc}}, {PHONE}}}, after: 1h}}"
    assert one(f"story: [{first}]", "{utm: {source: vk}}") == []
    assert one(f"story: [{first}]", "{utm: first}") == []
    assert one(f"story: [{first}, {last}]", "{utm: {source: ya, medium: cpc}}") == []


def test_a_delivery_is_read_as_its_sender_writes_it() -> None:
    body = json.loads(woo_order(number=77))
    given = f"delivery: {{source: shop, headers: {{X-WC-Webhook-Topic: order.created}}, body: {json.dumps(body)}}}"
    expect = '{rules: [Новый], contact: {phone: "+79000000001", messenger: whatsapp}}'
    assert one(given, expect) == []


def test_a_form_is_written_out_where_the_headers_say_so() -> None:
    rules = "  - {name: Ф, when: {event: form.submitted}, then: {tags: '{{ form.name }}'}}\n"
    form = "{Name: Анна, Phone: +7 900 000-00-02, formname: Заявка}"
    headers = "{Content-Type: application/x-www-form-urlencoded}"
    given = f"delivery: {{source: landing, headers: {headers}, body: {form}}}"
    assert one(given, '{tags: Заявка, contact: {name: Анна, phone: "+79000000002"}}', rules) == []


def test_a_body_may_stand_in_a_file_beside(tmp_path: Path) -> None:
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies" / "order.json").write_bytes(woo_order(number=77))
    given = "delivery: {source: shop, headers: {X-WC-Webhook-Topic: order.created}, file: bodies/order.json}"
    assert one(given, "{rules: [Новый]}", folder=tmp_path) == []


def test_a_body_that_cannot_be_read_fails_unless_that_is_expected() -> None:
    given = "delivery: {source: shop, headers: {X-WC-Webhook-Topic: order.created}, body: '{'}"
    assert one(given, "{rules: []}") == [("problems", None, "unreadable")]
    assert one(given, "{problems: unreadable}") == []


OUTSIDE = ("/etc/passwd", "../order.json", "a/../../order.json", "C:\\\\x", "..\\\\x")


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_file_elsewhere_can_be_named(path: str) -> None:
    text = f'examples:\n  - name: П\n    delivery: {{source: shop, file: "{path}"}}\n    expect: nothing\n'
    with pytest.raises(FaultsFound) as found:
        whole(text, RULES)
    assert [fault.code for fault in found.value.faults] == ["example.file"]


def test_a_link_leads_nowhere_else(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (tmp_path / "secret.json").write_text("{}", "utf-8")
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    text = "examples:\n  - name: П\n    delivery: {source: shop, file: link.json}\n    expect: nothing\n"
    (result,) = whole(text, RULES, folder)
    assert [fault.code for fault in result.faults] == ["example.file_outside"]
    assert str(result.faults[0].place) == "rules.examples.yaml:3:36"


def test_a_file_that_is_not_there_or_too_large_is_told(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"1" * 1_048_577)
    text = "examples:\n" + "".join(
        f"  - {{name: {name}, delivery: {{source: shop, file: {name}}}, expect: nothing}}\n" for name in ("no", "large")
    )
    results = whole(text, RULES, tmp_path)
    codes = [fault.code for result in results for fault in result.faults]
    assert codes == ["example.file_unread", "example.file_large"]
    assert not any(result.passed for result in results)


def test_one_source_need_not_be_named() -> None:
    text = "examples:\n  - name: П\n    event: order.created\n    expect: {rules: [Заказ]}\n"
    with pytest.raises(FaultsFound) as found:
        whole(text, RULE)
    assert [fault.code for fault in found.value.faults] == ["name.missing"]
