"""`/metrics` is read by Prometheus' own parser, and `/readyz` names the version that runs."""

from __future__ import annotations

from typing import Any

import redis
from prometheus_client.parser import text_string_to_metric_families

from processor.store.versions import versions
from tests.harness.waiting import wait_until
from tests.web.asking import form, http, lead, order
from tests.web.receiver import EMAIL, PHONE, RULES, SHOP_SECRET, Receiver

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def _metrics(receiver: Receiver) -> Samples:
    answer = http.get(f"{receiver.url}/metrics")
    assert answer.status_code == 200, receiver.log()[-3000:]
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found: Samples = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.documentation
        for sample in family.samples:
            key = (sample.name.removeprefix("watbot_hooks_"), tuple(sorted(sample.labels.items())))
            assert key not in found, "each once"
            found[key] = sample.value
    return found


def _rules(receiver: Receiver) -> dict[str, Any]:
    rules: dict[str, Any] = http.get(f"{receiver.url}/readyz").json()["checks"]["rules"]
    return rules


def test_the_gauges_follow_what_happens(receiver: Receiver) -> None:
    assert order(receiver).status_code == 202
    assert form(receiver, key="wrong").status_code == 401
    wait_until(lambda: ("refused_today", (("code", "token_mismatch"),)) in _metrics(receiver), what="it is counted")
    now = _metrics(receiver)
    assert now[("store_up", ())] == 1
    assert now[("room", ())] == 1
    assert now[("deliveries_waiting", ())] == 1
    assert now[("workers", ())] == 0
    assert now[("watbot_state", (("state", "working"),))] == 1
    assert now[("watbot_state", (("state", "watbot_down"),))] == 0
    assert now[("calls_spared_today", (("why", "merged"),))] == 0
    assert now[("rules", ())] == 1
    assert now[("rules_faults", ())] == 0
    assert now[("rules_loaded_timestamp_seconds", ())] > 1_700_000_000


def test_nothing_about_people_or_secrets_is_told(receiver: Receiver) -> None:
    lead(receiver)
    page = http.get(f"{receiver.url}/metrics").text
    assert not any(part in page for part in (PHONE, EMAIL, SHOP_SECRET, "shop", "Каждый"))


def test_the_running_version_is_named_and_its_changes_are_recorded(receiver: Receiver, store: redis.Redis) -> None:
    path = receiver.folder / "rules.yaml"
    path.write_text(RULES + "# one more line\n", "utf-8")
    wait_until(lambda: versions(store), what="the change on disk is recorded")
    (entry,) = versions(store)
    wait_until(lambda: _rules(receiver)["version"] == entry.version and _rules(receiver)["number"], what="it is named")
    rules = _rules(receiver)
    assert (rules["version"], rules["number"], rules["author"], rules["since_ms"]) == (
        entry.version,
        entry.number,
        "file",
        entry.at_ms,
    )
    info = ("rules_info", (("number", str(entry.number)), ("version", entry.version)))
    wait_until(lambda: _metrics(receiver).get(info) == 1, what="the page is made anew")

    path.write_text(RULES + "rules: []\n", "utf-8")
    wait_until(lambda: _metrics(receiver)[("rules_faults", ())] == 1, what="the fault is counted")
    assert _metrics(receiver)[info] == 1
    assert [one.number for one in versions(store)] == [entry.number], "a wrong file is no version"
    path.write_text(RULES, "utf-8")
    wait_until(lambda: len(versions(store)) == 2, what="the old text is a version again")
