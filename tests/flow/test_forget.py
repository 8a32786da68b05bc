"""A person who is forgotten leaves not a byte in the store of a running line, and everybody else stays whole."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import httpx
import redis

from processor.store.audit import deeds
from processor.store.connection import connect
from processor.store.dead import Search, dead_letters
from tests.harness.every_byte import places_of
from tests.harness.line import Line
from tests.harness.waiting import wait_until

RULES = """\
version: 1
bot: 1
sources: {crm: {preset: generic, proof: none, event: event}}
rules:
  - name: Покупка
    when: {event: order.created}
    then:
      tags: [Покупатель, "Заказ {{ order.number }}"]
      utm: last
      variables: {Почта: "{{ customer.email | default: '-' }}"}
      status: Новый
"""
PHONE, EMAIL, NAME = "+79000000301", "Zabyta.Annushka@example.com", "Аннушка Забытова"
TRACES = ("9000000301", "Zabyta", "zabyta", "Аннушка", "Забытова")
# The stand-in for Watbot, which is not touched.
WATBOT = "sandbox.json"
OTHER = {"phone": "+79000000302", "email": "boris@example.com", "name": "Борис Остался"}
ANNA = {"phone": PHONE, "email": EMAIL, "name": NAME}


def _event(number: int, customer: dict[str, str], event: str = "order.created") -> dict[str, object]:
    return {"event": event, "customer": customer, "order": {"number": f"N-{number}"}, "utm": {"source": "yandex"}}


def _send(line: Line, body: object) -> httpx.Response:
    return httpx.post(f"{line.url}/hooks/crm", json=body)


def _lived(line: Line, client: redis.Redis) -> None:
    """Orders, one with another person in the same delivery, a lead that no rule matched, an e-mail alone, a refusal."""
    for number in range(3):
        _send(line, _event(number, ANNA))
    _send(line, _event(10, OTHER))
    _send(line, [_event(11, ANNA), _event(12, OTHER)])
    _send(line, _event(13, ANNA | {"phone": "8 (900) 000-03-01"}, "lead.created"))
    _send(line, _event(14, {"email": EMAIL.upper(), "name": NAME}))
    httpx.post(f"{line.url}/hooks/crm", content=f"{{broken 8 900 000-03-01 {NAME}".encode())
    line.wait_until_quiet()
    httpx.post(f"{line.sandbox}/_sandbox/faults", json={"calls": 1, "status": 422})
    _send(line, _event(15, ANNA | {"email": "zabyta@example.com"}))
    wait_until(lambda: dead_letters(client, Search()), what="a refusal")
    line.wait_until_quiet()


def test_not_a_byte_of_a_forgotten_person_stays_and_others_stay_whole() -> None:
    with Line(rules=RULES, WATBOT_RATE="50/s") as line:
        client = connect(line.settings)
        _lived(line, client)
        assert len(places_of(client, TRACES)) > 20
        answer = line.cli("forget", "8 900 000 03 01", "--yes", "--json")
        assert places_of(client, TRACES) == []
        wait_until(lambda: _files_with(line.folder, TRACES) == [], what="the store's file is written anew")
        receipt = json.loads(answer)
        assert not [trace for trace in TRACES if trace in answer]
        assert receipt["contacts"] == 1
        assert (receipt["events"], receipt["events_in_part"]) == (7, 1)
        assert receipt["deliveries"] == 8
        assert receipt["number"] in deeds(client, limit=1)[0].said.en
        assert [row["contact"] for row in line.events()] == [f"1:whatsapp:{OTHER['phone']}"] * 2
        assert len(places_of(client, ["boris@example.com"])) >= 4
        assert dead_letters(client, Search()) == []
        kept = json.loads(line.cli("events", "list", "--find", OTHER["phone"], "--json"))
        shared = json.loads(line.cli("events", "show", kept[0]["id"], "--json"))
        assert [event["order"]["number"] for event in shared["events"]] == ["N-12"]
        assert line.cli("forget", PHONE, "--yes", expect=1) == ""
        _after(line, client)


def _files_with(folder: Path, traces: Iterable[str]) -> list[str]:
    """Files of the line, its log among them, in which one of the texts stands; the stand-in for Watbot keeps none."""
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != WATBOT}
    return [f"{path}: {one}" for path, held in files.items() for one in traces if one.encode() in held]


def _after(line: Line, client: redis.Redis) -> None:
    """A repetition brings nothing back; something new of the same person is a new beginning."""
    before = line.calls()
    assert _send(line, _event(0, ANNA)).json()["status"] == "duplicate"
    line.wait_until_quiet()
    assert places_of(client, TRACES) == []
    assert len(line.calls()) == len(before)
    assert _send(line, _event(99, ANNA)).json()["status"] == "queued"
    line.wait_until_quiet()
    assert len(line.events()) == 3
    assert line.contacts()[PHONE[1:]]["tags"]
