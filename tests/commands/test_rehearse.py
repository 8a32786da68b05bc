"""`rehearse`: a draft against the journal, told to a marketer and to programs; nothing is written and nobody called."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import redis

from processor.domain.known import Known
from processor.store.keys import name_of
from tests.commands.running import Ran, run
from tests.harness.store import StoreProcess
from tests.harness.stored import delivery, take_in

RULES = """\
version: 1
bot: 1
sources:
  shop: {preset: generic, token: "${SHOP_TOKEN}", event: event}
rules:
  - name: Заказ
    when: {event: order.created}
    then: {tags: Покупатель}
  - name: Крупный заказ
    when: {event: order.created, order.total: {at_least: 5000}}
    then: {tags: Крупный заказ}
"""
DRAFT = RULES.replace("at_least: 5000", "at_least: 3000")
PHONES = ("+79000000001", "+79000000002", "+79000000003")
TOTALS = (6000, 4000, 100)
READS = {"get", "hget", "hgetall", "hmget", "zcard", "zrange", "zrevrangebyscore", "select", "info", "hello"}


@pytest.fixture
def folder(tmp_path: Path, store_process: StoreProcess, store: redis.Redis) -> Path:
    """Rules, a draft, and a journal with three orders; the second buyer is known to Watbot."""
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    (tmp_path / "draft.yaml").write_text(DRAFT, "utf-8")
    sent = []
    for number, (phone, total) in enumerate(zip(PHONES, TOTALS, strict=True)):
        customer, order = {"phone": phone, "email": "anna@example.com"}, {"number": f"{number}", "total": total}
        body = {"event": "order.created", "customer": customer, "order": order}
        sent.append((delivery(f"{number:022x}", body=msgspec.json.encode(body)), str(number)))
    take_in(store_process.settings, sent)
    known = Known(watbot_id=7, fields={"name": "Анна"}, tags=("Покупатель",), seen_ms=1)
    store.hset(name_of("contact", f"1:whatsapp:{PHONES[1]}"), "known", msgspec.json.encode(known))
    store.expire(name_of("event", f"{0:022x}"), 5_000)
    store.delete(name_of("bell_apply"))  # it would end by itself within a second
    return tmp_path


@pytest.fixture
def rehearsed(folder: Path, store_process: StoreProcess) -> Any:
    """Runs the command beside the store."""

    def ran(*arguments: str, **environ: str) -> Ran:
        return run(folder, "rehearse", *arguments, **{"DATA_DIR": str(store_process.folder), **environ})

    return ran


def _digest(store: redis.Redis) -> Mapping[bytes, tuple[bytes | None, int]]:
    """Every key's content and when it ends."""
    return {key: (store.dump(key), int(str(store.pexpiretime(key)))) for key in store.scan_iter()}


def test_a_marketer_reads_who_gains_what_and_why(rehearsed: Any) -> None:
    ran = rehearsed("draft.yaml", LANGUAGE="ru")
    assert ran.code == 0, ran.err
    for part in (
        "Получат тег «Крупный заказ»: 1 контакт (+)",
        "+ 1:whatsapp:+7900***0002",
        "сейчас: правило «Крупный заказ» не подходит: ✗ order.total at_least 5000 (на деле: 4000)",
        "1 → 2",
        "без изменений правил: 1",
        "Цена",
    ):
        assert part in ran.out
    assert "9000000002" not in ran.out
    english = rehearsed("draft.yaml").out
    assert 'Will get tag "Крупный заказ": 1 contact (+)' in english
    assert 'now: rule "Крупный заказ" does not match: ✗ order.total at_least 5000 (actual: 4000)' in english


def test_a_program_gets_the_whole_of_it(rehearsed: Any) -> None:
    whole = json.loads(rehearsed("draft.yaml", "--json").out)
    assert (whole["deliveries"], whole["contacts"], whole["changed"]) == (3, 3, 1)
    (total,) = whole["totals"]
    assert (total["kind"], total["label"], total["gained"], total["lost"]) == ("tag", "Крупный заказ", 1, 0)
    (sample,) = total["samples"]["gained"]
    assert sample["contact"] == "1:whatsapp:+7900***0002"
    assert sample["after"] == {"value": True, "rule": "Крупный заказ", "event": f"{1:022x}"}
    assert sample["why"]["outcome"] == "not matched"
    assert whole["rules"][1] == {"rule": "Крупный заказ", "before": 1, "after": 2}
    # Two unknown contacts: e-mail, and 2 + 1 tags; of the known one the e-mail's answer shows that one tag is there.
    assert whole["price"]["replay"] == {"calls": 7, "duration_ms": 3_500}
    assert whole["price"]["one_by_one"] == {"before": 7, "after": 8}
    assert whole["published"]["version"] != whole["draft"]["version"]


def test_people_are_shown_only_when_asked_for(rehearsed: Any) -> None:
    for arguments, shown in (((), False), (("--show-people",), True)):
        for form in ((), ("--json",)):
            out = rehearsed("draft.yaml", *arguments, *form).out
            assert (PHONES[1] in out) is shown


def test_nothing_is_written_and_nobody_is_called(
    rehearsed: Any, folder: Path, store_process: StoreProcess, store: redis.Redis
) -> None:
    before = _digest(store)
    store.config_resetstat()
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    with socket.create_server(("127.0.0.1", 0)) as watbot:
        watbot.settimeout(0.2)
        url = f"http://127.0.0.1:{watbot.getsockname()[1]}/api/v1"
        ran = rehearsed("draft.yaml", WATBOT_API_TOKEN="example-token", WATBOT_BASE_URL=url)
        assert ran.code == 0, ran.err
        with pytest.raises(TimeoutError):
            watbot.accept()
    used = {name.removeprefix("cmdstat_") for name in store.info("commandstats")}
    assert {name for name in used if not name.startswith(("client", "config"))} <= READS
    assert _digest(store) == before
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


def test_a_draft_with_faults_is_told_as_check_tells_it(rehearsed: Any, folder: Path, store: redis.Redis) -> None:
    (folder / "draft.yaml").write_text(DRAFT.replace("order.total", "order.totl").replace("tags:", "tag:"), "utf-8")
    ran = rehearsed("draft.yaml")
    assert ran.code == 1
    assert ran.out == run(folder, "check", "draft.yaml", SHOP_TOKEN="example").out


def test_the_published_file_can_be_another_one(rehearsed: Any, folder: Path) -> None:
    (folder / "old.yaml").write_text(RULES, "utf-8")
    (folder / "rules.yaml").unlink()
    assert rehearsed("draft.yaml").code == 1
    assert "Крупный заказ" in rehearsed("draft.yaml", "--against", "old.yaml").out
    mirrored = json.loads(rehearsed("old.yaml", "--against", "draft.yaml", "--json").out)
    assert [(total["gained"], total["lost"]) for total in mirrored["totals"]] == [(0, 1)]


def test_a_span_a_source_and_a_rule_narrow_it(rehearsed: Any) -> None:
    def told(*arguments: str) -> Any:
        ran = rehearsed("draft.yaml", "--json", *arguments)
        assert ran.code == 0, ran.err
        return json.loads(ran.out)

    assert (told("--limit", "1")["deliveries"], told("--limit", "1")["span"]["cut"]) == (1, True)
    assert told("--last", "1h")["deliveries"] == 3
    assert told("--until", "2020-01-01")["deliveries"] == 0
    assert told("--since", "2020-01-01", "--source", "shop")["deliveries"] == 3
    assert told("--rule", "Заказ")["totals"] == []
    assert "holds no such events" in rehearsed("draft.yaml", "--until", "2020-01-01").out


def test_what_is_asked_wrongly_is_told_with_the_nearest_name(rehearsed: Any) -> None:
    for arguments, code, said in (
        (("--last", "yesterday"), 2, "24h"),
        (("--last", "1h", "--since", "2020-01-01"), 2, "--since"),
        (("--rule", "Крупный закас"), 1, 'did you mean "Крупный заказ"?'),
        (("--source", "shp"), 1, 'did you mean "shop"?'),
    ):
        ran = rehearsed("draft.yaml", *arguments)
        assert ran.code == code
        assert said in ran.err
        assert "Traceback" not in ran.err


def test_without_a_change_it_says_so(rehearsed: Any) -> None:
    ran = rehearsed("rules.yaml", LANGUAGE="ru")
    assert ran.code == 0
    assert "Ни один контакт не изменился бы" in ran.out
