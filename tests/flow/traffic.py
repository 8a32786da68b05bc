"""Shops that send orders until they are acknowledged, and the model of what Watbot must show in the end."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

TOKEN = "traffic-token"
RULES = f"""version: 1
bot: 1
sources:
  shop: {{preset: generic, token: {TOKEN}, event: event}}
rules:
  - name: Каждый заказ
    when: {{event: order.created}}
    then:
      tags: ["T{{{{ order.number }}}}"]
      status: "S{{{{ order.number }}}}"
"""
_START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Buyer:
    """One contact: its orders have numbers from 1 and are sent in any order, some twice."""

    phone: str
    sent: int = 0
    acknowledged: dict[int, str] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)

    def order(self, number: int) -> bytes:
        """The order's body; its time grows with its number."""
        event: dict[str, Any] = {
            "event": "order.created",
            "occurred_at": (_START + timedelta(seconds=number)).isoformat(),
            "customer": {"phone": self.phone, "name": f"Покупатель {self.phone[-2:]}"},
            "order": {"number": str(number), "total": "100.00"},
        }
        return msgspec.json.encode(event)


class Traffic:
    """Sends from several threads; every order is repeated until somebody says it is stored."""

    def __init__(self, url: str, *, buyers: int, threads: int, seed: int) -> None:
        self.buyers = [Buyer(f"+7900000{n:04}") for n in range(buyers)]
        self._url = url
        self._seed = seed
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(n, threads)) for n in range(threads)]

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Send no new orders; those begun are repeated until acknowledged."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @property
    def acknowledged(self) -> int:
        """How many orders were acknowledged."""
        return sum(len(buyer.acknowledged) for buyer in self.buyers)

    def _send(self, share: int, shares: int) -> None:
        rng = random.Random(self._seed * 1000 + share)
        mine = self.buyers[share::shares]
        with httpx.Client(timeout=10) as client:
            while not self._stop.is_set():
                buyer = rng.choice(mine)
                first = buyer.sent + 1
                numbers = list(range(first, first + rng.randint(1, 4)))
                buyer.sent = numbers[-1]
                rng.shuffle(numbers)
                for number in numbers + rng.sample(numbers, rng.randint(0, 1)):
                    self._until_acknowledged(client, buyer, number)
                self._stop.wait(rng.random() * 0.1)

    def _until_acknowledged(self, client: httpx.Client, buyer: Buyer, number: int) -> None:
        while True:
            try:
                headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
                answer = client.post(self._url, content=buyer.order(number), headers=headers)
            except httpx.HTTPError:
                threading.Event().wait(0.05)
                continue
            buyer.answers.append(answer.status_code)
            if answer.status_code in (200, 202):
                known = answer.json()["id"]
                assert buyer.acknowledged.setdefault(number, known) == known, "one order, two ids"
                return
            assert answer.status_code == 503, answer.text
            threading.Event().wait(0.05)


def wrongs(buyer: Buyer, shown: dict[str, Any]) -> list[str]:
    """What of the buyer's contact is not as it must be."""
    found = []
    numbers = sorted(buyer.acknowledged)
    expected = {f"T{number}" for number in numbers}
    if set(shown["tags"]) != expected or len(shown["tags"]) != len(expected):
        found.append(f"{buyer.phone}: tags {set(shown['tags']) ^ expected}")
    if shown["status"] != f"S{numbers[-1]}":
        found.append(f"{buyer.phone}: status {shown['status']}, not S{numbers[-1]}")
    statuses = [int(status[1:]) for status in shown["statuses"]]
    if statuses != sorted(statuses):
        found.append(f"{buyer.phone}: statuses went back: {statuses}")
    return found
