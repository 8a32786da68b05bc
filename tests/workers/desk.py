"""A worker's two steps over a real store and a real sandbox, driven by hand: no threads, no queue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import redis

from processor.clock import SystemClock
from processor.domain.delivery import Delivery
from processor.rate import parse_rate
from processor.rules.book import RulesBook
from processor.settings import Settings
from processor.store.contacts import ContactState, state_of
from processor.store.gauges import line
from processor.store.journal import Story, story_of
from processor.store.keys import name_of
from processor.store.pace import Pace
from processor.store.sweep import sweep
from tests.harness.store import StoreProcess
from tests.harness.stored import take_in
from tests.harness.waiting import wait_until
from workers.apply import Applier
from workers.reconcile import Reconciler
from workers.watbot.client import WatbotClient

RULES = """\
version: 1
bot: 1
sources:
  shop: {preset: generic, proof: none, event: event}
rules:
  - name: Тег
    when: {raw.tag: {exists: true}}
    then: {tags: "{{ raw.tag }}"}
  - name: Статус
    when: {raw.status: {exists: true}}
    then: {status: "{{ raw.status }}"}
  - name: Снять тег
    when: {raw.untag: {exists: true}}
    then: {remove_tags: "{{ raw.untag }}"}
"""
TOKEN = "right-token"
PHONE = "+79000000001"
KEY = f"1:whatsapp:{PHONE}"


class ShiftedClock(SystemClock):
    """The machine's clock, set forward by as much as a test says; only what it shows changes."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def now_ms(self) -> int:
        """Unix time, milliseconds."""
        return super().now_ms() + self.ahead_ms


class Desk:
    """Applies deliveries and reconciles contacts, step by step."""

    def __init__(
        self,
        store: StoreProcess,
        watbot_url: str,
        folder: Path,
        *,
        rules: str = RULES,
        rate: str = "1000/s",
        token: str = TOKEN,
        timeout_ms: int = 2_000,
        first_sync: bool = False,
        fill_percent_max: int = 60,
    ) -> None:
        (folder / "rules.yaml").write_text(rules, "utf-8")
        self.clock = ShiftedClock()
        self.client: redis.Redis = store.client()
        self.watbot = WatbotClient(watbot_url, token, timeout_s=timeout_ms / 1000)
        self.rung: list[str] = []
        self._settings: Settings = store.settings
        self._sent = 0
        book = RulesBook(folder / "rules.yaml", {}, demo=True, clock=SystemClock())
        self.applier = Applier(
            client=self.client,
            book=book,
            clock=self.clock,
            ring_reconcile=lambda: self.rung.append("reconcile"),
            stopping=lambda: False,
            lease_ms=10_000,
            journal_days=30,
        )
        self.reconciler = Reconciler(
            client=self.client,
            watbot=self.watbot,
            book=book,
            pace=Pace(self.client, parse_rate(rate), self.clock),
            clock=self.clock,
            ring_another=lambda: self.rung.append("another"),
            stopping=lambda: False,
            lease_ms=10_000,
            timeout_ms=timeout_ms,
            journal_days=30,
            contact_days=400,
            first_sync=first_sync,
            fill_percent_max=fill_percent_max,
        )

    def close(self) -> None:
        """Close what is open."""
        self.watbot.close()
        self.client.close()

    def send(self, event: Mapping[str, Any], *, phone: str = PHONE, name: str | None = "Анна Примерова") -> str:
        """Take in an event of one customer and apply it; its id."""
        self._sent += 1
        id_ = f"e{self._sent}"
        customer = {"phone": phone} | ({"name": name} if name else {})
        body = json.dumps({"event": "order.created", "customer": customer} | dict(event)).encode()
        headers = {"content-type": "application/json"}
        received_ms = self.clock.now_ms()
        delivery = Delivery(
            id=id_, source="shop", preset="generic", received_ms=received_ms, headers=headers, body=body
        )
        take_in(self._settings, [(delivery, id_)])
        while self.applier.step():
            pass
        return id_

    def work(self) -> None:
        """Reconcile whoever is in line now."""
        while self.reconciler.step():
            pass

    def work_until_quiet(self, timeout_s: float = 40) -> None:
        """Reconcile, sweep and reconcile again until nobody waits, not even for a retry."""
        wait_until(self._quiet, timeout_s=timeout_s, what="nobody waits")

    def story(self, event: str) -> Story:
        """What the journal tells of an event."""
        return story_of(self.client, event)

    def state(self, key: str = KEY) -> ContactState:
        """A contact as the store holds it."""
        return state_of(self.client, key)

    def age(self, by_ms: int, key: str = KEY) -> None:
        """Let Watbot have shown a contact so much earlier."""
        known = self.state(key).known
        older = msgspec.structs.replace(known, seen_ms=known.seen_ms - by_ms)
        self.client.hset(name_of("contact", key), "known", msgspec.json.encode(older))

    def _quiet(self) -> bool:
        self.work()
        sweep(self.client, worker="desk")
        now = line(self.client)
        return (now.deliveries, now.ready, now.in_flight, now.retrying) == (0, 0, 0, 0)
