"""A thin delivery's turn, step by step: a real store, a real HTTP server for the sender's API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from processor.store.gauges import line
from processor.store.keys import name_of
from processor.store.sweep import sweep
from processor.telling.story import tell
from tests.harness import deliveries_thin as thin
from tests.harness.peers_api import PeersApi, Reply
from tests.harness.store import StoreProcess
from tests.harness.waiting import wait_until
from tests.workers.fetch_desk import RULES, FetchDesk
from workers.fetch import TRIES_MAX, account_of, rest_after


@pytest.fixture
def api() -> Iterator[PeersApi]:
    with PeersApi() as served:
        served.documents = {"lead:7": thin.bitrix_lead()}
        yield served


@pytest.fixture
def desk(store_process: StoreProcess, store: redis.Redis, tmp_path: Path, api: PeersApi) -> Iterator[FetchDesk]:
    made = FetchDesk(store_process, tmp_path, api)
    yield made
    made.close()


def test_a_lead_is_fetched_and_then_applied_whole(desk: FetchDesk, api: PeersApi) -> None:
    desk.send("e1", thin.bitrix_hook())
    assert desk.story("e1").row.state == "queued"
    assert not desk.fetcher.step(), "not before its second has passed"
    assert desk.fetch()
    assert desk.rung == ["apply"]
    assert desk.told("e1") == ["thin", "fetched", "applied"]
    wanted = desk.wanted()
    assert (wanted["status"], wanted["tag:Лид"]) == ("NEW", True)
    assert len(api.requests) == 1


def test_others_do_not_wait_for_a_sender_that_hangs(desk: FetchDesk, api: PeersApi) -> None:
    api.faults = [Reply(hang_s=60)]
    desk.send("e1", thin.bitrix_hook())
    desk.send("e2", b"event=x", "shop", "generic")
    assert desk.story("e2").row.state == "ignored"
    assert desk.fetch()
    assert desk.told("e1") == ["thin", "fetch_failed"]
    assert line(desk.client).deliveries == 1, "it is still in line"
    assert desk.fetch()
    assert desk.told("e1")[-1] == "applied"


def test_a_lead_without_a_phone_is_asked_for_twice(desk: FetchDesk, api: PeersApi) -> None:
    api.documents = {
        "lead:7": thin.bitrix_lead(PHONE=..., EMAIL=..., CONTACT_ID="31"),
        "contact:31": thin.bitrix_contact(),
    }
    desk.send("e1", thin.bitrix_hook())
    desk.fetch()
    assert desk.wanted("1:whatsapp:+79000000002")["status"] == "NEW"
    assert [request.path.rpartition("/")[2] for request in api.requests] == ["crm.lead.get", "crm.contact.get"]


GIVEN_UP = [(Reply(401), "refused"), (Reply(403), "refused"), (Reply(400), "rejected")]


@pytest.mark.parametrize(("reply", "reason"), GIVEN_UP)
def test_what_is_refused_stays_thin_and_says_why(desk: FetchDesk, api: PeersApi, reply: Reply, reason: str) -> None:
    api.faults = [reply]
    desk.send("e1", thin.bitrix_hook())
    desk.fetch()
    assert desk.told("e1") == ["thin", "not_fetched", "applied"]
    assert (desk.story("e1").entries[1]["reason"], desk.story("e1").entries[1]["status"]) == (reason, reply.status)
    assert desk.wanted("1:whatsapp:+79000000009")["tag:Неполный"] is True
    shown = {language: "\n".join(tell(desk.story("e1"), (), language)) for language in ("ru", "en")}
    assert "спрашиваем у отправителя: лид 7" in shown["ru"]
    assert "событие осталось неполным" in shown["ru"]
    assert "the sender is asked for: lead 7" in shown["en"]
    assert "the event stays thin" in shown["en"]


def test_what_the_sender_does_not_know_stays_thin(desk: FetchDesk, api: PeersApi) -> None:
    api.documents = {}
    desk.send("e1", thin.bitrix_hook())
    desk.fetch()
    (_, fetched, _) = desk.story("e1").entries
    assert (fetched["documents"], fetched["absent"]) == ([], ["lead:7"])
    assert "tag:Неполный" in desk.wanted("1:whatsapp:+79000000009")
    assert len(api.requests) == 1, "and is not asked for again"


def test_a_sender_that_is_down_makes_nobody_wait_for_ever(desk: FetchDesk, api: PeersApi) -> None:
    api.faults = [Reply(503)] * 3
    desk.send("e1", thin.bitrix_hook())
    desk.fetch()
    desk.clock.ahead_ms = 300_000
    desk.fetch()
    assert desk.told("e1") == ["thin", "fetch_failed", "fetch_failed"]
    desk.clock.ahead_ms = 601_000
    desk.fetch()
    assert desk.told("e1")[-2:] == ["not_fetched", "applied"]


def test_a_delivery_that_kills_its_fetchers_is_applied_thin(desk: FetchDesk, api: PeersApi) -> None:
    desk.send("e1", thin.bitrix_hook())
    desk.client.hset(name_of("event", "e1"), "fetch_tries", TRIES_MAX)
    desk.fetch()
    assert desk.told("e1") == ["thin", "not_fetched", "applied"]
    assert api.requests == []


def test_an_account_rests_after_a_failure_and_its_others_wait(desk: FetchDesk, api: PeersApi) -> None:
    api.documents["lead:8"] = thin.bitrix_lead(ID="8")
    api.faults = [Reply(429, headers=(("Retry-After", "60"),))]
    desk.send("e1", thin.bitrix_hook())
    desk.send("e2", thin.bitrix_hook(id=8))
    desk.all_due()
    assert desk.fetcher.step()
    assert desk.fetcher.step()
    assert len(api.requests) == 1, "the other lead of the same portal waits, too"
    assert (desk.told("e1"), desk.told("e2")) == (["thin", "fetch_failed"], ["thin"])
    assert desk.story("e1").entries[-1]["again_ms"] == 60_000
    assert not desk.fetcher.step()
    while desk.fetch():
        pass
    assert desk.told("e2")[-1] == "applied"


def test_without_an_api_it_is_applied_thin_at_once(
    store_process: StoreProcess, store: redis.Redis, tmp_path: Path
) -> None:
    desk = FetchDesk(store_process, tmp_path, None)
    desk.send("e1", thin.bitrix_hook())
    assert desk.told("e1") == ["applied"]
    assert "tag:Неполный" in desk.wanted("1:whatsapp:+79000000009")
    desk.close()


def test_an_api_taken_out_of_the_rules_meanwhile_holds_nobody(desk: FetchDesk, api: PeersApi) -> None:
    desk.send("e1", thin.bitrix_hook())
    desk.rules.write_text(RULES.format(api=""), "utf-8")
    wait_until(lambda: desk.fetcher.book.current().sources["crm"].api is None, what="the rules are read again")
    desk.fetch()
    assert desk.story("e1").entries[1]["reason"] == "no_api"
    assert desk.told("e1")[-1] == "applied"


def test_a_late_document_undoes_nothing_newer(desk: FetchDesk, api: PeersApi) -> None:
    """The first change is fetched last; its stamp is older than that of the second, which is applied."""
    desk.send("e1", thin.bitrix_hook("ONCRMLEADUPDATE", ts=1_740_000_000))
    desk.send("e2", thin.bitrix_hook("ONCRMLEADUPDATE", ts=1_740_000_060))
    api.documents = {"lead:7": thin.bitrix_lead(STATUS_ID="NEW")}
    api.faults = [Reply(503)]
    desk.fetch()
    api.documents = {"lead:7": thin.bitrix_lead(STATUS_ID="CONVERTED")}
    desk.client.zadd(name_of("thin_due"), {"e1": 9e15})
    for key in desk.client.scan_iter(name_of("sender") + "*"):
        desk.client.delete(key)
    desk.client.zadd(name_of("thin_due"), {"e2": 1})
    desk.fetcher.step()
    desk.apply()
    assert desk.told("e2")[-1] == "applied"
    api.documents = {"lead:7": thin.bitrix_lead(STATUS_ID="OLD")}
    desk.fetch()
    assert "applied" in desk.told("e1")
    assert "outdated" in desk.told("e1")
    assert desk.wanted()["status"] == "CONVERTED"


def test_a_fetcher_that_is_to_stop_takes_nothing(desk: FetchDesk) -> None:
    desk.send("e1", thin.bitrix_hook())
    desk.fetcher.stopping = lambda: True
    assert not desk.fetch()
    assert sweep(desk.client, worker="w").ring_fetch


def test_rests_grow_and_end() -> None:
    assert [rest_after(n) for n in (0, 1, 2, 6, 99)] == [1_000, 2_000, 4_000, 60_000, 60_000]


def test_an_accounts_name_tells_no_secret(desk: FetchDesk, api: PeersApi) -> None:
    source = desk.fetcher.book.current().sources["crm"]
    assert source.api
    assert "webhook-code" not in account_of("bitrix24", source.api)
    desk.send("e1", thin.bitrix_hook())
    desk.fetch()
    for key in desk.client.scan_iter("*"):
        assert b"webhook-code" not in key
        assert b"webhook-code" not in (desk.client.dump(key) or b"") or key.startswith(b"wh:rules:")
