"""Small rules files and deliveries to rehearse with."""

from __future__ import annotations

from typing import Any

import msgspec

from processor.domain.delivery import Delivery, Kept
from processor.domain.rule import Ruleset
from tests.harness.rules import ruleset

START_MS = 1_760_000_000_000
PHONES = ("+79000000001", "+79000000002", "+79000000003")
SOURCES = "sources:\n  shop: {preset: generic, proof: none, event: event}\n"


def rules(*entries: str, sources: str = SOURCES, top: str = "") -> Ruleset:
    """A rules file of these rules, one line each."""
    listed = "".join(f"  - {entry}\n" for entry in entries) or "  []\n"
    return ruleset(f"version: 1\nbot: 1\n{top}{sources}rules:\n{listed}")


def arrived(number: int, body: Any, *, source: str = "shop", at_ms: int | None = None) -> Kept:
    """The delivery of this number; without `at_ms` a second after the one before."""
    received_ms = START_MS + number * 1_000 if at_ms is None else at_ms
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    delivery = Delivery(id=f"{number:022x}", source=source, preset="generic", received_ms=received_ms, body=raw)
    return Kept(delivery, number, received_ms)


def order(phone: str = PHONES[0], *, event: str = "order.created", **fields: Any) -> dict[str, Any]:
    """An order in our own vocabulary."""
    return {"event": event, "customer": {"phone": phone, "name": "Анна"}, "order": {"number": "7", **fields}}
