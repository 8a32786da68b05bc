"""What the pages show, in whose language, behind which headers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest
import redis

from processor.web.console.headers import HEADERS
from tests.harness.store import StoreProcess
from tests.harness.visitor import Visitor, person
from tests.harness.waiting import wait_until
from tests.web.asking import order
from tests.web.receiver import CRM_TOKEN, Receiver

PAGES = ("/", "/sources", "/sources/crm", "/account", "/people", "/nowhere")
SAMPLE = {
    "type": "deal_new",
    "lead": {"fio": "Анна Примерова", "mobile": "8 900 000-00-01", "mail": "anna@example.com"},
    "deal": {"id": 7, "sum": "5 000,50", "utm_source": "vk"},
}


def test_every_answer_carries_the_headers_and_nothing_inline(owner: Visitor) -> None:
    for path in PAGES:
        answer = owner.get(path)
        assert answer.headers.items() >= HEADERS.items(), path
        assert answer.headers["cache-control"] == "no-store", path
        for script in re.findall(r"<script[^>]*>", answer.text):
            assert "src=" in script, path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", answer.text), path


def test_static_files_are_kept_by_their_own_address(owner: Visitor) -> None:
    addresses = re.findall(r'(?:href|src)="/console(/static/[^"]+)"', owner.see("/"))
    assert len(addresses) >= 3
    for address in addresses:
        answer = owner.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert owner.get("/static/../rim.py").status_code == 404


def test_pages_speak_the_language_that_is_asked_for(owner: Visitor) -> None:
    assert '<html lang="en"' in owner.see("/")
    assert '<html lang="ru"' in owner.get("/", **{"accept-language": "ru-RU,ru;q=0.9"}).text
    assert owner.post("/look", language="ru", back="/sources").headers["location"] == "/console/sources"
    assert "Источники" in owner.see("/sources")
    owner.post("/look", theme="dark", back="/")
    assert 'data-theme="dark"' in owner.see("/")
    owner.post("/look", language="<b>", theme="<i>", back="https://evil.example")
    assert "<b>" not in owner.see("/")


def test_a_source_shows_its_address_refusals_and_events(receiver: Receiver, store: redis.Redis, owner: Visitor) -> None:
    order(receiver, secret="another")
    order(receiver)
    wait_until(lambda: "another secret" in owner.see("/sources/shop"), what="the refusal is written")
    page = owner.see("/sources/shop")
    assert f"{receiver.url}/hooks/shop" in page
    assert "copy the secret" in page
    assert owner.get("/sources/nobody").status_code == 404


def test_a_mapping_is_suggested_from_a_pasted_body_and_from_an_event(receiver: Receiver, owner: Visitor) -> None:
    pasted = owner.post("/sources/crm/mapping", sample=json.dumps(SAMPLE)).text
    for line in ("customer.name: lead.fio", "customer.phone: lead.mobile", "order.total: deal.sum"):
        assert line in pasted
    assert "&quot;deal_new&quot;: order.created" in pasted or "lead.created" in pasted
    sent = httpx.post(f"{receiver.url}/hooks/crm", json=SAMPLE, headers={"authorization": f"Bearer {CRM_TOKEN}"})
    event = sent.json()["id"]
    stored = owner.post("/sources/crm/mapping", event=event)
    assert "customer.phone: lead.mobile" in stored.text
    assert owner.post("/sources/crm/mapping", event="nothing").status_code == 422
    assert owner.post("/sources/crm/mapping", sample='{"cut').status_code == 422
    assert owner.post("/sources/shop/mapping", sample="{}").status_code == 422, "its fields are known"


def test_a_viewer_sees_nobodys_phone_or_address(receiver: Receiver, store: redis.Redis, viewer: Visitor) -> None:
    sample = {"event": "order.created +79000000077", "customer": {"email": "anna.distinct@example.com"}}
    headers = {"authorization": f"Bearer {CRM_TOKEN}"}
    httpx.post(f"{receiver.url}/hooks/crm", json=sample, headers=headers).raise_for_status()
    person(store, "anna.distinct@example.com", "editor")
    for path in ("/", "/sources", "/sources/crm", "/account"):
        page = viewer.see(path)
        assert "9000000077" not in page
        assert "anna.distinct" not in page


def test_hostile_texts_are_shown_as_text(receiver: Receiver, store: redis.Redis, owner: Visitor) -> None:
    hostile = "<script>alert(1)</script>{{ 7*7 }}<img src=x onerror=alert(2)>"
    person(store, hostile, "viewer")
    page = owner.see("/people")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "{{ 7*7 }}" in page
    sample = owner.post("/sources/crm/mapping", sample=json.dumps({"phone": "+79000000077", hostile: hostile}))
    assert "<script>alert" not in sample.text


@pytest.fixture
def behind_a_path(store_process: StoreProcess, store: redis.Redis) -> Iterator[Receiver]:
    """A receiver that a proxy serves under /shop-hooks."""
    with Receiver(store_process, PUBLIC_URL="https://example.com/shop-hooks") as running:
        yield running


def test_behind_a_proxys_path_every_link_leads_there(behind_a_path: Receiver, store: redis.Redis) -> None:
    person(store, "Olga", "owner")
    for served in ("/shop-hooks/console", "/console"):  # a proxy may leave its path standing, or take it off
        with Visitor(behind_a_path.url + served) as visitor:
            answer = visitor.log_in("olga")
            assert answer.headers["location"] == "/shop-hooks/console/"
            (cookie,) = answer.headers.get_list("set-cookie")
            assert {"Path=/shop-hooks/console", "Secure"} <= set(cookie.split("; "))
            token = cookie.split(";")[0].partition("=")[2]
            page = visitor.get("/", cookie=f"wh_session={token}").text
            links = re.findall(r'(?:href|src|action)="(/[^"]*)"', page)
            assert len(links) > 5
            assert all(link.startswith("/shop-hooks/console") for link in links)


def test_the_address_without_a_stroke_leads_to_the_console(receiver: Receiver) -> None:
    answer = httpx.get(f"{receiver.url}/console")
    assert answer.status_code == 307
    assert httpx.URL(answer.url).join(answer.headers["location"]).path == "/console/"
