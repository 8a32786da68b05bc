"""What a shop sends in a run, and what each event wishes by the rules: the rules are written from the same table."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from tests.harness.simulated import MIDNIGHT_MS

PHONES = tuple(f"+7900000000{number}" for number in range(1, 6))
UNNAMED = "Клиент"
LETTERS = "абвгдежзик"
# How often an event follows another of the same contact, and how soon.
BURSTS, BURST_MS = 0.6, 2_500.0


@dataclass(frozen=True, slots=True)
class Kind:
    """One rule: `{n}` stands for the event's number."""

    rule: str
    tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    status: str = ""
    each: bool = False
    variables: tuple[str, ...] = ()
    remove_variables: tuple[str, ...] = ()
    utm: Literal["last", "first", "off"] = "last"
    beside: tuple[tuple[str, Any], ...] = ()


KINDS = {
    "order.created": Kind(
        "Новый заказ",
        tags=("Покупатель", "Ждём оплату"),
        remove_tags=("Ушёл",),
        status="Новый {n}",
        variables=("Последний заказ", "Сумма"),
    ),
    "order.paid": Kind(
        "Оплачен",
        tags=("Оплачен",),
        remove_tags=("Ждём оплату",),
        status="Оплачен {n}",
        each=True,
        variables=("Сумма",),
        utm="off",
    ),
    "order.cancelled": Kind(
        "Отменён",
        tags=("Ждём оплату",),
        remove_tags=("Оплачен", "Скидка"),
        status="Отменён {n}",
        remove_variables=("Сумма",),
        beside=(("urgent", False),),
    ),
    "form.submitted": Kind("Анкета", tags=("Анкета",), utm="first", beside=(("settle", "3s"),)),
    "lead.updated": Kind(
        "Скидка",
        tags=("Скидка",),
        remove_tags=("Анкета",),
        variables=("Скидка",),
        beside=(("urgent", True), ("settle", "1s")),
    ),
    "cart.abandoned": Kind("Ушёл", tags=("Ушёл",), status="Ушёл {n}", each=True, utm="off"),
    "customer.updated": Kind("Данные", utm="off"),
}
UNRULED = "customer.created"
# A rule that acts so long after an order; it undoes what an order does, and an order undoes it.
LATER_OF, LATER_MS = "order.created", 20_000
LATER = Kind("Позже", tags=("Ушёл",), status="Позже {n}", utm="off", beside=(("after", f"{LATER_MS // 1000}s"),))
# These undo each other, and come more often.
OPPOSED = ("order.paid", "order.cancelled", "order.paid", "order.cancelled")


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is sent; `occurred_ms` None: the sender does not say. Unix ms, whole seconds."""

    number: int
    kind: str
    phone: str
    occurred_ms: int | None
    fields: tuple[str, ...]
    utm: bool

    @property
    def contact(self) -> str:
        """Our key of the contact."""
        return f"1:whatsapp:{self.phone}"

    def wishes(self) -> dict[str, Any]:
        """Element -> value; `status:each` for one of a row, `utm:first` and `utm:last` as a whole."""
        kind = KINDS.get(self.kind)
        if kind is None:
            return {}
        wished: dict[str, Any] = {f"field:{name}": self.value(name) for name in self.fields}
        wished |= {f"tag:{tag}": True for tag in kind.tags} | {f"tag:{tag}": False for tag in kind.remove_tags}
        wished |= {f"variable:{name}": str(self.number) for name in kind.variables}
        wished |= {f"variable:{name}": None for name in kind.remove_variables}
        if kind.status:
            wished["status:each" if kind.each else "status"] = kind.status.format(n=self.number)
        if self.utm and kind.utm != "off":
            wished[f"utm:{kind.utm}"] = {part: self.value(part) for part in ("source", "campaign")}
        return wished

    def wishes_later(self) -> dict[str, Any]:
        """What is wished LATER_MS after it."""
        wished: dict[str, Any] = {f"tag:{tag}": True for tag in LATER.tags}
        return wished | {"status": LATER.status.format(n=self.number)} if self.kind == LATER_OF else {}

    def value(self, name: str) -> str:
        """A value that no other event gives."""
        if name == "name":  # digits are no part of a name
            return "Имя " + "".join(LETTERS[int(digit)] for digit in str(self.number)).capitalize()
        return f"n{self.number}@example.com" if name == "email" else f"{name} {self.number}"

    def body(self) -> dict[str, Any]:
        """As the sender writes it."""
        told: dict[str, Any] = {
            "event": self.kind,
            "customer": {"phone": self.phone} | {name: self.value(name) for name in self.fields},
            "order": {"number": str(self.number)},
        }
        if self.utm:
            told["utm"] = {part: self.value(part) for part in ("source", "campaign")}
        if self.occurred_ms is not None:
            told["occurred_at"] = datetime.fromtimestamp(self.occurred_ms / 1000, UTC).isoformat()
        return told


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery: several events, or none where the body cannot be read."""

    id: str
    at_ms: float
    events: tuple[Event, ...] = ()
    body: bytes = field(default=b"", repr=False)


def rules(tags_as: str) -> str:
    """The rules file; YAML reads JSON."""
    return json.dumps(
        {
            "version": 1,
            "bot": 1,
            "unnamed": UNNAMED,
            "tags_as": tags_as,
            "sources": {"shop": {"preset": "generic", "proof": "none", "event": "event"}},
            "rules": [_rule(event, kind) for event, kind in (*KINDS.items(), (LATER_OF, LATER))],
        },
        ensure_ascii=False,
        indent=1,
    )


def _rule(event: str, kind: Kind) -> dict[str, Any]:
    number = "{{ order.number }}"
    status = kind.status.format(n=number)
    then: dict[str, Any] = {"tags": list(kind.tags), "remove_tags": list(kind.remove_tags), "utm": kind.utm}
    then |= {"variables": dict.fromkeys(kind.variables, number), "remove_variables": list(kind.remove_variables)}
    then |= {"status": {"value": status, "each": True} if kind.each else status}
    kept = {name: value for name, value in then.items() if value}
    return {"name": kind.rule, "when": {"event": event}, "then": kept} | dict(kind.beside)


def day(source: random.Random, *, deliveries: int, lasts_ms: float) -> list[Sent]:
    """The deliveries of a run in the order of sending: bursts for one contact, senders' clocks that are wrong."""
    sent: list[Sent] = []
    number, at_ms, phone = 0, 0.0, PHONES[0]
    for index in range(deliveries):
        if source.random() < BURSTS:
            at_ms += source.expovariate(1 / BURST_MS)
        else:
            at_ms, phone = source.uniform(0, lasts_ms), PHONES[min(int(source.expovariate(0.8)), len(PHONES) - 1)]
        if source.random() < 0.03:
            sent.append(Sent(f"d{index}", at_ms, body=b'{"event": "order.created", '))
            continue
        events = []
        for _ in range(1 if source.random() < 0.9 else 3):
            number += 1
            events.append(_event(source, number, at_ms, phone if source.random() < 0.9 else source.choice(PHONES)))
        bodies = [event.body() for event in events]
        text = json.dumps(bodies if len(bodies) > 1 else bodies[0], ensure_ascii=False)
        sent.append(Sent(f"d{index}", at_ms, tuple(events), text.encode()))
    return sorted(sent, key=lambda one: one.at_ms)


def _event(source: random.Random, number: int, at_ms: float, phone: str) -> Event:
    now_s = int(MIDNIGHT_MS + at_ms) // 1000
    occurred_s = source.choice(
        (None, now_s, now_s, now_s - 5, now_s - source.randrange(120), now_s + 3_600, now_s - 90_000)
    )
    return Event(
        number=number,
        kind=UNRULED if source.random() < 0.03 else source.choice((*KINDS, *OPPOSED)),
        phone=phone,
        occurred_ms=None if occurred_s is None else occurred_s * 1000,
        fields=tuple(name for name in ("name", "email") if source.random() < 0.5),
        utm=source.random() < 0.4,
    )
