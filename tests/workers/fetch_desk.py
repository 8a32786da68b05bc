"""A worker's applier and fetcher over a real store, driven by hand: no threads, no queue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import redis

from processor.clock import SystemClock
from processor.domain.delivery import Delivery
from processor.rules.book import RulesBook
from processor.store.contacts import state_of
from processor.store.journal import Story, story_of
from processor.store.keys import name_of
from tests.harness import deliveries_thin as thin
from tests.harness.peers_api import PeersApi
from tests.harness.store import StoreProcess
from tests.harness.stored import take_in
from tests.workers.desk import ShiftedClock
from workers.apply import Applier
from workers.fetch import Fetcher
from workers.senders.exchange import Senders

RULES = """\
version: 1
bot: 1
sources:
  crm: {{preset: bitrix24, token: application-token-1{api}}}
  shop: {{preset: generic, proof: none}}
rules:
  - name: Лид
    when: {{event: [lead.created, lead.updated]}}
    then: {{tags: Лид, status: "{{{{ order.status }}}}", variables: {{Сумма: "{{{{ order.total }}}}"}}}}
  - name: Неполный
    when: {{thin: true}}
    then: {{contact: {{phone: "+79000000009", name: Менеджер}}, tags: Неполный}}
"""
KEY = "1:whatsapp:+79000000001"


class FetchDesk:
    """An applier and a fetcher by hand."""

    def __init__(self, store: StoreProcess, folder: Path, api: PeersApi | None, timeout_ms: int = 3_000) -> None:
        named = f", api: {{url: '{api.bitrix}'}}" if api else ""
        self.rules = folder / "rules.yaml"
        self.rules.write_text(RULES.format(api=named), "utf-8")
        self.clock = ShiftedClock()
        self.client: redis.Redis = store.client()
        self.settings = store.settings
        self.senders = Senders(timeout_s=timeout_ms / 1000, clock=self.clock)
        self.rung: list[str] = []
        book = RulesBook(self.rules, {}, demo=True, clock=SystemClock())
        self.applier = Applier(
            client=self.client,
            book=book,
            clock=self.clock,
            ring_reconcile=lambda: None,
            stopping=lambda: False,
            lease_ms=10_000,
            journal_days=30,
        )
        self.fetcher = Fetcher(
            client=self.client,
            book=book,
            clock=self.clock,
            senders=self.senders,
            ring_apply=lambda: self.rung.append("apply"),
            ring_another=lambda: None,
            stopping=lambda: False,
            timeout_ms=timeout_ms,
        )

    def send(self, id: str, body: bytes, source: str = "crm", preset: str = "bitrix24") -> None:
        """Take in a delivery and apply what waits."""
        received_ms = self.clock.now_ms()
        made = Delivery(
            id=id, source=source, preset=preset, received_ms=received_ms, headers=dict(thin.FORM), body=body
        )
        take_in(self.settings, [(made, id)])
        self.apply()

    def apply(self) -> None:
        """Apply what waits."""
        while self.applier.step():
            pass

    def all_due(self) -> None:
        """Whatever waits is due, and no sender rests."""
        for id_, _ in self.client.zscan_iter(name_of("thin_due")):
            self.client.zadd(name_of("thin_due"), {id_: 1})
        for key in self.client.scan_iter(name_of("sender") + "*"):
            self.client.hset(key, "next", 0)

    def fetch(self) -> bool:
        """One fetch of what is due, then apply."""
        self.all_due()
        stepped = self.fetcher.step()
        self.apply()
        return stepped

    def story(self, id: str) -> Story:
        """What the journal tells."""
        return story_of(self.client, id)

    def told(self, id: str) -> list[str]:
        """What happened, in a word each."""
        return [entry["what"] for entry in self.story(id).entries]

    def wanted(self, key: str = KEY) -> dict[str, Any]:
        """What is wanted of a contact."""
        return {element: wish.value for element, wish in state_of(self.client, key).wanted.items()}

    def close(self) -> None:
        """Close what is open."""
        self.senders.close()
        self.client.close()
