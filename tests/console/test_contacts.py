"""Contacts in the console: found, seen side by side with the reasons, taken away as files, forgotten."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest

from processor.store.audit import deeds
from processor.store.connection import connect
from processor.store.dead import Search, dead_letters
from tests.harness.every_byte import places_of
from tests.harness.line import Line
from tests.harness.visitor import Visitor, person
from tests.harness.waiting import wait_until

RULES = """\
version: 1
bot: 1
sources: {crm: {preset: generic, proof: none, event: event}}
rules:
  - name: Покупка
    when: {event: order.created}
    then: {tags: [Покупатель], status: Новый, utm: last, variables: {Откуда: "{{ order.coupon | default: '-' }}"}}
  - name: Отказ
    when: {event: order.cancelled}
    then: {remove_tags: [Покупатель]}
"""
PHONE, EMAIL = "+79000000401", "anna.kartochka@example.com"
KEY = f"1:whatsapp:{PHONE}"
NAME = "=HYPERLINK(1) <script>Анна"
_REF = re.compile(r"/console/contacts/(c[0-9a-f]{30,})")


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    """Two orders, of which the second has a value refused, and somebody else's."""
    with Line(rules=RULES, WATBOT_RATE="50/s") as running:
        for name, role in (("Olga", "owner"), ("Vera", "viewer"), ("Egor", "editor")):
            person(connect(running.settings), name, role)  # type: ignore[arg-type]
        customer = {"phone": PHONE, "email": EMAIL, "name": NAME}
        _send(running, "order.created", 1001, customer, coupon="=1+1")
        _send(running, "order.created", 1, {"phone": "+79000000402", "name": "Борис"})
        running.wait_until_quiet()
        httpx.post(f"{running.sandbox}/_sandbox/faults", json={"calls": 1, "status": 422})
        _send(running, "order.created", 1002, customer | {"email": "another.kartochka@example.com"}, coupon="B")
        wait_until(lambda: dead_letters(connect(running.settings), Search()), what="a refusal")
        running.wait_until_quiet()
        yield running


def _send(line: Line, event: str, number: int, customer: dict[str, str], **order: str) -> str:
    body = {"event": event, "customer": customer, "order": {"number": str(number), **order}, "utm": {"source": "vk"}}
    id_: str = httpx.post(f"{line.url}/hooks/crm", json=body).json()["id"]
    return id_


@pytest.fixture
def visitor(line: Line) -> Iterator[Visitor]:
    """Nobody yet."""
    with Visitor(f"{line.url}/console") as visiting:
        yield visiting


def _refs(page: str) -> list[str]:
    return list(dict.fromkeys(_REF.findall(page)))


def _of_anna(visitor: Visitor) -> str:
    (ref,) = _refs(visitor.see(f"/contacts?{urlencode({'q': '1001'})}"))
    return ref


@pytest.mark.parametrize("asked", [PHONE, "8 900 000-04-01", EMAIL.upper(), "№1001", KEY])
def test_a_contact_is_found_by_what_its_events_are_found_by(visitor: Visitor, asked: str) -> None:
    visitor.log_in("egor")
    page = visitor.see(f"/contacts?{urlencode({'q': asked})}")
    assert len(_refs(page)) == 1
    assert KEY in page
    assert "+79000000402" not in page


def test_without_a_question_those_of_the_newest_events_are_shown(visitor: Visitor) -> None:
    visitor.log_in("vera")
    page = visitor.see("/contacts")
    assert len(_refs(page)) == 2
    assert "Борис" in page
    assert "Nobody was found" in visitor.see("/contacts?q=nobody")


def test_the_page_shows_both_sides_and_why_each_stands_there(line: Line, visitor: Visitor) -> None:
    visitor.log_in("egor")
    page = visitor.see(f"/contacts/{_of_anna(visitor)}")
    newest, _, first = [row["id"] for row in line.events()]
    assert "&lt;script&gt;Анна" in page
    assert "<script>" not in page
    for told in ("Покупатель", "Новый", "source: vk", "Откуда", "another.kartochka@example.com", "refused:"):
        assert told in page, told
    version = json.loads(line.cli("events", "show", newest, "--json"))["rules_version"]
    assert version in page
    assert "Покупка" in page
    assert f"/console/events/{newest}" in page
    assert f"/console/events/{first}" in page
    assert "/queue/confirm?" in page
    tag = page[page.index("Покупатель</th>") :].partition("</tr>")[0]
    assert "there" in tag
    assert "Покупка" in tag
    assert "/console/events/" in tag


def test_a_viewer_sees_the_page_and_nobodys_phone_or_e_mail(visitor: Visitor) -> None:
    visitor.log_in("vera")
    ref = _of_anna(visitor)
    pages = [visitor.see(f"/contacts?{urlencode({'q': EMAIL})}"), visitor.see(f"/contacts/{ref}")]
    files = [visitor.see(f"/contacts/{ref}/export?format={form}") for form in ("csv", "json")]
    files += [visitor.see(f"/contacts/export?format={form}") for form in ("csv", "json")]
    for page in pages + files:
        assert "9000000401" not in page.replace(EMAIL, "")
        assert "another.kartochka" not in page
    assert visitor.get(f"/forget?ref={ref}").status_code == 403
    assert "+7900***0401" in files[0]


def test_files_hold_all_and_no_formula(visitor: Visitor) -> None:
    visitor.log_in("olga")
    ref = _of_anna(visitor)
    rows = list(csv.DictReader(io.StringIO(visitor.see(f"/contacts/{ref}/export?format=csv").removeprefix("\ufeff"))))
    named = {row["element"]: row for row in rows}
    assert named["field:name"]["in_watbot"] == f"'{NAME}"
    assert named["tag:Покупатель"]["rule"] == "Покупка"
    many = visitor.see(f"/contacts/export?format=csv&{urlencode({'q': PHONE})}").removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(many))
    assert (row["contact"], row["name"], row["tags"]) == (KEY, f"'{NAME}", "Покупатель")
    (whole,) = json.loads(visitor.see(f"/contacts/export?format=json&{urlencode({'q': PHONE})}"))
    assert whole["name"] == NAME
    assert whole == json.loads(visitor.see(f"/contacts/{ref}/export?format=json"))[0]


@pytest.mark.parametrize("ref", ["0", "c", "c00", "c" + "0" * 60, KEY])
def test_an_address_that_we_did_not_make_leads_nowhere(visitor: Visitor, ref: str) -> None:
    visitor.log_in("vera")
    assert visitor.get(f"/contacts/{ref}").status_code == 404


def test_the_owner_sees_what_goes_and_what_stays_then_gets_a_receipt(line: Line, visitor: Visitor) -> None:
    visitor.log_in("olga")
    ref = _of_anna(visitor)
    page = visitor.see(f"/forget?ref={ref}")
    assert page.count("Watbot itself") == 1
    assert re.search(r"whole events</dt><dd>2</dd>", page)
    assert visitor.post("/forget", ref=ref).status_code == 409, "a tick is asked for"
    assert visitor.post("/forget", who="1001", sure="yes").status_code == 409, "a number names nobody"
    answer = visitor.post("/forget", ref=ref, sure="yes")
    assert answer.status_code == 303
    where = answer.headers["location"].removeprefix("/console")
    number = where.removeprefix("/forgotten/")
    assert number in visitor.see(where)
    receipt = json.loads(visitor.see(f"{where}?format=json"))
    assert (receipt["number"], receipt["by"], receipt["events"], receipt["refused"]) == (number, "Olga", 2, 1)
    assert number in visitor.see("/forgotten")
    client = connect(line.settings)
    assert number in deeds(client, limit=1)[0].said.ru
    assert places_of(client, ["9000000401", "kartochka", "HYPERLINK"]) == []
    assert visitor.get(f"/contacts/{ref}").status_code == 404
    assert visitor.get(f"/forget?ref={ref}").status_code == 404
    assert "Борис" in visitor.see("/contacts")
