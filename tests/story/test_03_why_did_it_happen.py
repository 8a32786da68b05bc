"""3. `watbot-hooks events show` tells why everything happened."""

from __future__ import annotations

import json

from tests.harness.line import Line
from tests.story.senders import Shop


def test_the_story_of_an_event_leads_from_the_delivery_to_watbots_answers(line: Line, shop: Shop) -> None:
    """One page: what came, how it was read, what each rule said and why, what was called, what Watbot answered."""
    event = shop.sends(number=3001, phone="+7 900 000-03-01", total="4999.99").json()["id"]
    line.wait_until_quiet()
    story = line.cli("events", "show", event)

    for part in (
        f"{event}  done",
        "order.number: 3001",
        "customer.phone: +79000000301",
        " № 1",
        "✓ Новый заказ",
        "✗ Крупный заказ",
        "✗ order.total at_least 5000 (actual: 4999.99)",
        "tag:Заказ 3001 = true  ← Новый заказ",
        "createOrUpdateContact (the contact is new to us",
        "→ ok",
    ):
        assert part in story


def test_a_program_reads_the_same_story_as_json(line: Line, shop: Shop) -> None:
    """Every listing has --json, and the newest event stands first."""
    event = shop.sends(number=3002, phone="+7 900 000-03-02").json()["id"]
    line.wait_until_quiet()
    newest = json.loads(line.cli("events", "list", "--json", "--limit", "1"))
    assert [(row["id"], row["event"], row["state"]) for row in newest] == [(event, "order.created", "done")]

    story = json.loads(line.cli("events", "show", event, "--json"))
    newest_rules = json.loads(line.cli("rules", "list", "--json"))[0]
    assert (story["rules_version"], story["rules_number"]) == (newest_rules["version"], newest_rules["number"])
    calls = [entry["call"] for entry in story["story"] if entry["what"] == "call"]
    assert (calls[0], calls[-1]) == ("Upsert", "SetStatus"), "an id before a status"
    assert {entry["answer"] for entry in story["story"] if entry["what"] == "call"} == {"ok"}
