"""`try`: what would happen to one delivery, and why; nothing is touched and nothing need run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.running import run
from tests.harness.deliveries import woo_order
from tests.harness.deliveries_thin import bitrix_hook
from tests.harness.rules import RULES_TEXT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with rules and bodies."""
    (tmp_path / "rules.yaml").write_text(RULES_TEXT, "utf-8")
    (tmp_path / "order.json").write_bytes(woo_order(number=77))
    (tmp_path / "broken.json").write_bytes(b'{"id": ')
    return tmp_path


TOPIC = ("-H", "X-WC-Webhook-Topic: order.created")


def test_a_delivery_that_matches_shows_what_would_change(folder: Path) -> None:
    ran = run(folder, "try", "rules.yaml", "--source", "shop", "order.json", *TOPIC)
    assert ran.code == 0
    assert "order.number: 77" in ran.out
    assert "✓ Новый заказ" in ran.out
    assert "1:whatsapp:+79000000001  tag:Заказ 77 = true" in ran.out
    assert sorted(path.name for path in folder.iterdir()) == ["broken.json", "order.json", "rules.yaml"]


def test_a_delivery_that_does_not_match_shows_why(folder: Path) -> None:
    header = ("-H", "X-WC-Webhook-Topic: order.updated")
    ran = run(folder, "try", "rules.yaml", "--source", "shop", "order.json", *header, LANGUAGE="ru")
    assert ran.code == 0
    assert "✗ Новый заказ" in ran.out
    assert "event is order.created (на деле: order.updated)" in ran.out
    lacked = "не хватило: event is order.created (на деле: order.updated)"
    assert f"ближе всего: правило «Новый заказ» (8), {lacked}" in ran.out
    assert "ничего" in ran.out


def test_a_program_gets_json(folder: Path) -> None:
    ran = run(folder, "try", "rules.yaml", "--source", "shop", "order.json", *TOPIC, "--json")
    (whole,) = json.loads(ran.out)
    assert whole["matched"] == ["Новый заказ"]
    (contact,) = whole["contacts"]
    assert contact["contact"] == "1:whatsapp:+79000000001"
    assert {"Покупатель", "Заказ 77"} == {
        wish["element"].removeprefix("tag:") for wish in contact["wishes"] if wish["element"].startswith("tag:")
    }


def test_a_form_is_read_by_its_content_type(folder: Path) -> None:
    (folder / "form.txt").write_text("Name=Anna&Phone=%2B79000000002&formid=f1", "utf-8")
    header = ("-H", "Content-Type: application/x-www-form-urlencoded")
    ran = run(folder, "try", "rules.yaml", "--source", "landing", "form.txt", *header, "--json")
    assert json.loads(ran.out)[0]["event"]["customer"]["phone"] == "+79000000002"


DEAL = {"type": "deal_new", "contact": {"tel": "8 900 000-00-03", "fio": "Анна"}, "deal": {"id": 7, "sum": 990}}


def test_a_mapping_is_suggested_and_can_be_pasted(folder: Path) -> None:
    (folder / "deal.json").write_text(json.dumps(DEAL), "utf-8")
    ran = run(folder, "try", "rules.yaml", "--source", "crm", "deal.json", LANGUAGE="en")
    assert "customer.phone: contact.tel            # +7900***0003" in ran.out
    assert "9000000003" not in ran.out.replace(" ", "")
    block = ran.out.partition("under sources.crm\n")[2]
    entry = f"  crm:\n    preset: generic\n    token: t\n{block}"
    (folder / "mapped.yaml").write_text(f"version: 1\nbot: 1\nsources:\n{entry}rules: []\n", "utf-8")
    ran = run(folder, "try", "mapped.yaml", "--source", "crm", "deal.json", "--json", LANGUAGE="en")
    (whole,) = json.loads(ran.out)
    assert whole["event"]["event"] == "lead.created"
    assert whole["event"]["customer"] == {"name": "Анна", "phone": "+79000000003"}
    assert whole["event"]["order"] == {"id": "7", "total": "990"}
    assert whole["suggested"]["fields"] == []


def test_a_program_gets_the_suggestions_with_their_reasons(folder: Path) -> None:
    (folder / "deal.json").write_text(json.dumps(DEAL), "utf-8")
    ran = run(folder, "try", "rules.yaml", "--source", "crm", "deal.json", "--json")
    (whole,) = json.loads(ran.out)
    phone = whole["suggested"]["fields"][0]
    assert (phone["ours"], phone["theirs"], phone["example"]) == ("customer.phone", "contact.tel", "+7900***0003")
    assert phone["why"]["ru"] == "называется «tel»"
    assert phone["confidence"] > 80
    assert whole["suggested"]["types"] == [{"theirs": "type", "value": "deal_new", "ours": "lead.created"}]
    ran = run(folder, "try", "rules.yaml", "--source", "shop", "order.json", *TOPIC, "--json")
    assert json.loads(ran.out)[0]["suggested"] is None


def test_a_template_that_fails_is_told(folder: Path) -> None:
    (folder / "deal.json").write_text(json.dumps(DEAL), "utf-8")
    fields = '{customer.phone: contact.tel, customer.name: "{{ contact.first }}"}'
    text = f"version: 1\nbot: 1\nsources:\n  crm: {{preset: generic, token: t, fields: {fields}}}\nrules: []\n"
    (folder / "mapped.yaml").write_text(text, "utf-8")
    ran = run(folder, "try", "mapped.yaml", "--source", "crm", "deal.json", LANGUAGE="en")
    assert "! sources.crm.fields, customer.name:" in ran.out
    assert "the event has no contact.first" in ran.out


WRONG: dict[str, tuple[list[str], int, str]] = {
    "an unknown source": (["rules.yaml", "--source", "shp", "order.json"], 1, 'did you mean "shop"?'),
    "a body that cannot be read": (["rules.yaml", "--source", "shop", "broken.json"], 1, "JSON"),
    "rules that are not there": (["no.yaml", "--source", "shop", "order.json"], 1, "no.yaml"),
    "no source": (["rules.yaml", "order.json"], 2, "--source"),
    "no delivery": (["rules.yaml", "--source", "shop"], 2, "delivery"),
    "a body that is not there": (["rules.yaml", "--source", "shop", "no.json"], 1, ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_tried_is_told_in_a_few_words(folder: Path, name: str) -> None:
    arguments, code, said = WRONG[name]
    ran = run(folder, "try", *arguments)
    assert ran.code == code
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_a_thin_delivery_says_what_would_be_asked_and_asks_nothing(folder: Path) -> None:
    sources = 'crm: {preset: bitrix24, token: t, api: {url: "http://127.0.0.1:9/rest/1/code/"}}'
    rule = "{{name: A, when: {{event: lead.created}}, then: {{tags: A}}}}"
    text = f"version: 1\nbot: 1\nsources:\n  {{}}\nrules:\n  - {rule}\n"
    (folder / "thin.yaml").write_text(text.format(sources), "utf-8")
    (folder / "alone.yaml").write_text(text.format("crm: {preset: bitrix24, token: t}"), "utf-8")
    (folder / "lead.txt").write_bytes(bitrix_hook())
    asked = run(folder, "try", "thin.yaml", "--source", "crm", "lead.txt")
    assert "thin: True" in asked.out
    assert "The sender would be asked: lead 7" in asked.out
    alone = run(folder, "try", "alone.yaml", "--source", "crm", "lead.txt", LANGUAGE="ru")
    assert "лид 7 никто не спросит, у источника нет api" in alone.out
    (whole,) = json.loads(run(folder, "try", "thin.yaml", "--source", "crm", "lead.txt", "--json").out)
    assert whole["wants"] == ["lead:7"]


def test_a_delayed_rule_is_shown_with_its_hour_and_what_makes_it_needless(folder: Path) -> None:
    later = (
        "  - name: Не оплатил\n    when: {event: order.created, earlier: {count: 0}}\n    after: 90m\n"
        "    unless: {event: order.paid}\n    then: {tags: Не оплатил}\n"
    )
    (folder / "rules.yaml").write_text(RULES_TEXT + later, "utf-8")
    ran = run(folder, "try", "rules.yaml", "--source", "shop", "order.json", *TOPIC)
    assert "earlier is 0 (before: 0)" in ran.out
    assert "after 1 h 30 min, unless there comes order.paid  ← Не оплатил" in ran.out
    assert "tag:Не оплатил = true" in ran.out
    (whole,) = json.loads(run(folder, "try", "rules.yaml", "--source", "shop", "order.json", *TOPIC, "--json").out)
    (shown,) = whole["later"]
    assert (shown["rule"], shown["after_ms"], shown["unless"]) == ("Не оплатил", 5_400_000, "order.paid")
