"""A day of a shop with forms, as its webhooks arrive: seeded and pure.

Orders are created, paid, shipped, delivered or cancelled; the senders repeat, double and delay what they send; people
who fill in a form order later, buyers come back, and at lunch there is a sale.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.harness.simulated import MIDNIGHT_MS

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
DAY_MS = 24 * HOUR_MS
SALE_HOUR = 13
# How busy each hour is against the others: few at night, most in the evening.
BUSY = (3, 2, 1, 1, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 60, 50, 50, 55, 60, 70, 75, 65, 40, 15)

PAID, CANCELLED, REVERSED, BIG = 0.80, 0.08, 0.05, 0.10
REPEATED, DOUBLED, DELAYED = 0.05, 0.03, 0.05
FORMS, FORM_THEN_ORDER = 0.15, 1 / 3
RETURNING, RETURNING_TODAY = 0.30, 1 / 3
MARKED, KNOWN, TAGGED = 0.60, 0.70, 0.5

FIRST = ("Анна", "Пётр", "Мария", "Олег", "Ирина", "Игорь", "Софья", "Роман")
LAST = ("Примерова", "Образцов", "Тестова", "Пробный", "Учебная", "Условный")
CATEGORIES = ("Обувь", "Одежда", "Сумки", "Дом")
SOURCES = ("yandex", "vk", "telegram", "google")
CAMPAIGNS = ("winter", "sale", "brand")

RULES = """\
version: 1
bot: 1
sources:
  shop: {preset: generic, proof: none, event: event}
rules:
  - name: Новый заказ
    when: {event: [order.created, order.updated], order.status: new}
    then:
      tags: Покупатель
      status: Новый заказ
      variables: {Последний заказ: "{{ order.number }}", Сумма заказа: "{{ order.total }}", Доставка: Собираем}
  - name: Оплачен
    when: {event: [order.paid, order.updated], order.status: paid}
    then:
      tags: [Покупатель, Оплачен]
      status: Оплачен
      variables: {Последний заказ: "{{ order.number }}", Сумма заказа: "{{ order.total }}", Доставка: Оплачен}
  - name: Отправлен
    when: {event: [order.shipped, order.updated], order.status: shipped}
    then:
      status: Отправлен
      variables: {Последний заказ: "{{ order.number }}", Сумма заказа: "{{ order.total }}", Доставка: В пути}
  - name: Доставлен
    when: {event: [order.delivered, order.updated], order.status: delivered}
    then:
      status: Доставлен
      variables: {Последний заказ: "{{ order.number }}", Сумма заказа: "{{ order.total }}", Доставка: Доставлен}
  - name: Отменён
    when: {event: [order.cancelled, order.updated], order.status: cancelled}
    then:
      status: Отменён
      variables: {Последний заказ: "{{ order.number }}", Сумма заказа: "{{ order.total }}", Доставка: Отменён}
  - name: Обувь
    when: {event: order.created, order.items.name: {contains: обувь}}
    then: {tags: "Интерес: обувь"}
  - name: Одежда
    when: {event: order.created, order.items.name: {contains: одежда}}
    then: {tags: "Интерес: одежда"}
  - name: Сумки
    when: {event: order.created, order.items.name: {contains: сумки}}
    then: {tags: "Интерес: сумки"}
  - name: Для дома
    when: {event: order.created, order.items.name: {contains: дом}}
    then: {tags: "Интерес: дом"}
  - name: Крупный заказ
    when: {event: order.created, order.total: {at_least: 20000}}
    then: {tags: Крупный заказ}
  - name: Заявка
    when: {event: form.submitted}
    then:
      tags: Заявка
      utm: first
      status: Новая заявка
      variables: {Последняя форма: "{{ form.name }}", Вопрос: "{{ raw.question }}", Страница: "{{ page.url }}"}
"""


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody; `known`: in Watbot before the day begins, under `shown` and with these tags."""

    phone: str
    name: str
    known: bool
    shown: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A webhook that comes at `at_ms` (Unix); a repetition has the `id` of the first."""

    at_ms: int
    id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Day:
    """All webhooks of a day in the order in which they come, and everybody who occurs in them."""

    arrivals: tuple[Arrival, ...]
    customers: tuple[Customer, ...]


def shop_day(orders: int, seed: int, *, sale_share: float | None = None) -> Day:
    """A day of so many orders; `sale_share` of them (0.2 to 0.5 by the seed) come in the hour of the sale."""
    draft = _Draft(random.Random(f"day {seed}"), orders)
    share = draft.random.uniform(0.2, 0.5)
    draft.fill(share if sale_share is None else sale_share)
    return Day(tuple(sorted(draft.arrivals, key=lambda one: (one.at_ms, one.id))), tuple(draft.customers))


class _Draft:
    def __init__(self, chance: random.Random, orders: int) -> None:
        self.random = chance
        self.orders = orders
        self.customers: list[Customer] = []
        self.arrivals: list[Arrival] = []
        self._events = 0

    def fill(self, sale_share: float) -> None:
        """Whoever fills in a form and orders, orders after that; the others order when they like."""
        moments = sorted(self._moment(sale_share) for _ in range(self.orders))
        later = [self.customer() for _ in range(round(self.orders * FORMS * FORM_THEN_ORDER))]
        chosen = set(self.random.sample(range(self.orders), min(len(later), self.orders)))
        today: list[Customer] = []
        for number, at_ms in enumerate(moments):
            if number in chosen:
                customer = later.pop()
                self._form(customer, max(MIDNIGHT_MS, at_ms - self.random.randint(5 * MINUTE_MS, 5 * HOUR_MS)))
            else:
                customer = self._buyer(today)
            today.append(customer)
            self._order(customer, number, at_ms)
        for _ in range(round(self.orders * FORMS * (1 - FORM_THEN_ORDER))):
            self._form(self.customer(), self._moment(0.0))

    def _buyer(self, today: list[Customer]) -> Customer:
        returning = self.random.random() < RETURNING
        if returning and today and self.random.random() < RETURNING_TODAY:
            return self.random.choice(today)
        return self.customer(bought=returning)

    def customer(self, *, bought: bool = False) -> Customer:
        """Somebody new to us; whoever bought before is known and has the tag of it."""
        first, last = self.random.choice(FIRST), self.random.choice(LAST)
        known = bought or self.random.random() < (KNOWN - 0.2) / 0.8
        tags = ("Подписан", "Бонусы")[: self.random.randint(1, 2)] if self.random.random() < TAGGED else ()
        made = Customer(
            phone=f"+7900{len(self.customers) + 1:07}",
            name=f"{first} {last}",
            known=known,
            shown=f"{first} {last}" if bought or self.random.random() < 0.5 else first,
            tags=(*tags, "Покупатель") if bought else tags,
        )
        self.customers.append(made)
        return made

    def _moment(self, sale_share: float) -> int:
        if self.random.random() < sale_share:
            return MIDNIGHT_MS + SALE_HOUR * HOUR_MS + self.random.randrange(HOUR_MS)
        (hour,) = self.random.choices(range(24), BUSY)
        return MIDNIGHT_MS + hour * HOUR_MS + self.random.randrange(HOUR_MS)

    def _form(self, customer: Customer, at_ms: int) -> None:
        page = self.random.choice(("sale", "bags", "home"))
        self._send(
            "form.submitted",
            at_ms,
            customer={"phone": customer.phone, "name": customer.name.split()[0]},
            form={"name": f"Форма {page}"},
            question=self.random.choice(("Есть ли размер?", "Когда доставка?", "Какая цена?")),
            page={"url": f"https://shop.example.com/{page}"},
            **self._marks(),
        )

    def _marks(self) -> dict[str, Any]:
        if self.random.random() >= MARKED:
            return {}
        source, campaign = self.random.choice(SOURCES), self.random.choice(CAMPAIGNS)
        return {"utm": {"source": source, "medium": "cpc", "campaign": campaign}}

    def _order(self, customer: Customer, number: int, at_ms: int) -> None:
        total = (
            self.random.randrange(20_000, 60_000) if self.random.random() < BIG else self.random.randrange(500, 20_000)
        )
        names = self.random.sample(CATEGORIES, self.random.choices((1, 2, 3), (70, 25, 5))[0])
        order = {"id": number, "number": f"{100_000 + number}", "total": total}
        about: dict[str, Any] = {
            "customer": {
                "phone": customer.phone,
                "name": customer.name,
                "email": f"c{customer.phone[-7:]}@example.com",
            },
            **self._marks(),
        }
        for event, status, stage_ms, delay_ms in self._stages(at_ms):
            items = [{"name": f"{name}, товар", "quantity": 1} for name in names]
            self._send(event, stage_ms, delay_ms, order=order | {"status": status, "items": items}, **about)

    def _stages(self, at_ms: int) -> Iterator[tuple[str, str, int, int]]:
        """Event, status, when it happens, how much later than that its webhook comes."""
        paid, cancelled = self.random.random() < PAID, self.random.random() < CANCELLED
        pays_ms = at_ms + self.random.randint(1 * MINUTE_MS, 15 * MINUTE_MS)
        overtaken = paid and self.random.random() < REVERSED
        late_ms = pays_ms - at_ms + self.random.randint(500, 30_000) if overtaken else self._delay_ms()
        yield "order.created", "new", at_ms, late_ms
        if paid:
            yield "order.paid", "paid", pays_ms, self._delay_ms()
        if cancelled:
            yield "order.cancelled", "cancelled", pays_ms + self.random.randint(5 * MINUTE_MS, HOUR_MS), 0
        elif paid:
            ships_ms = pays_ms + self.random.randint(HOUR_MS, 5 * HOUR_MS)
            yield "order.shipped", "shipped", ships_ms, self._delay_ms()
            yield "order.delivered", "delivered", ships_ms + self.random.randint(2 * HOUR_MS, 8 * HOUR_MS), 0

    def _delay_ms(self) -> int:
        return self.random.randint(MINUTE_MS, 15 * MINUTE_MS) if self.random.random() < DELAYED else 0

    def _send(self, event: str, at_ms: int, delay_ms: int = 0, **parts: Any) -> None:
        came_ms = at_ms + delay_ms + self.random.randint(50, 900)
        self._arrive(event, at_ms, came_ms, parts)
        if event.startswith("order.") and self.random.random() < DOUBLED:
            self._arrive("order.updated", at_ms, came_ms + self.random.randint(1_000, 2_000), parts)

    def _arrive(self, event: str, at_ms: int, came_ms: int, parts: dict[str, Any]) -> None:
        self._events += 1
        occurred = datetime.fromtimestamp(at_ms / 1000, UTC).isoformat()
        body = json.dumps({"event": event, "occurred_at": occurred, **parts}, ensure_ascii=False).encode()
        arrival = Arrival(came_ms, f"d{self._events:07}", body)
        self.arrivals.append(arrival)
        if self.random.random() < REPEATED:
            again_ms = came_ms + int(10 ** self.random.uniform(3.5, 7.2))
            self.arrivals.append(Arrival(again_ms, arrival.id, body))
