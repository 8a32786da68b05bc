"""Rules and events for benchmarks/rules.py, drawn from a seed, and each rule written in every language compared."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from processor.domain.condition import fold
from processor.domain.event import EVENT_TYPES, Customer, Event, Form, Item, Order, Utm

SOURCES = ("shop", "landing", "crm", "bot")
CITIES = ("Москва", "Казань", "Самара", "Омск", "Тверь", "Пермь", "Уфа", "Тула")
WORDS = ("футболка", "кружка", "чайник", "плед", "лампа", "рюкзак")
NOW = datetime(2026, 1, 2, tzinfo=UTC)
HEAD = """\
version: 1
bot: 1
sources:
  shop: {preset: woocommerce, secret: s}
  landing: {preset: tilda, secret: s}
  crm: {preset: generic, token: t}
  bot: {preset: generic, token: t}
rules:
"""


@dataclass(frozen=True, slots=True)
class Test:
    """One test of one field: `in` a list, `at_least`, `between`, `contains`, `ends_with` or `given`."""

    field: str
    test: Literal["in", "at_least", "between", "contains", "ends_with", "given"]
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Several:
    """Any of the tests, or the opposite of the one."""

    kind: Literal["any", "not"]
    tests: tuple[Test, ...]


Condition: TypeAlias = Test | Several


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold: the type, the source where one is named, and each of the conditions."""

    name: str
    event: str | None
    source: str | None
    conditions: tuple[Condition, ...]


def rules_of(count: int, seed: int) -> tuple[Rule, ...]:
    """`count` rules: spread over all types, one in fifty for any type, one in two for one source alone."""
    draw = random.Random(seed)
    return tuple(_rule(draw, number) for number in range(count))


def _rule(draw: random.Random, number: int) -> Rule:
    event = None if draw.random() < 0.02 else draw.choice(EVENT_TYPES)
    ordering = event is None or event.startswith(("order", "payment", "cart"))
    kinds = _ORDER_TESTS if ordering else _FORM_TESTS
    conditions: list[Condition] = [_test(draw, kind) for kind in draw.sample(kinds, draw.choice((1, 1, 2, 2, 3)))]
    for place, test in enumerate(conditions):
        if isinstance(test, Test) and draw.random() < 0.1:
            conditions[place] = Several("not", (test,))
        elif isinstance(test, Test) and draw.random() < 0.1:
            conditions[place] = Several("any", (test, _test(draw, draw.choice(kinds))))
    return Rule(f"Правило {number}", event, draw.choice((None, draw.choice(SOURCES))), tuple(conditions))


_DRAWN: Mapping[str, Callable[[random.Random], Test]] = {
    "total": lambda draw: Test("order.total", "at_least", (draw.randrange(500, 50_000, 100),)),
    "range": lambda draw: Test("order.total", "between", (low := draw.randrange(500, 40_000, 100), low + 5_000)),
    "sku": lambda draw: Test("order.items.sku", "in", tuple(f"sku-{draw.randrange(2_000)}" for _ in range(2))),
    "word": lambda draw: Test("order.items.name", "contains", (draw.choice(WORDS),)),
    "coupon": lambda _: Test("order.coupon", "given"),
    "status": lambda draw: Test("order.status", "in", (draw.choice(("processing", "new", "completed", "failed")),)),
    "utm": lambda draw: Test("utm.source", "in", tuple(draw.sample([f"ads{n}" for n in range(40)], 3))),
    "campaign": lambda draw: Test("utm.campaign", "in", (f"акция {draw.randrange(500)}",)),
    "mail": lambda draw: Test("customer.email", "ends_with", (f"@mail{draw.randrange(20)}.example",)),
    "form": lambda draw: Test("form.id", "in", (f"form{draw.randrange(300)}",)),
    "city": lambda draw: Test('form.fields."Город"', "in", tuple(draw.sample(CITIES, 2))),
    "budget": lambda draw: Test('form.fields."Товар"', "contains", (draw.choice(WORDS),)),
}
_COMMON_TESTS = ("utm", "campaign", "mail")
_ORDER_TESTS = ("total", "range", "sku", "word", "coupon", "status", *_COMMON_TESTS)
_FORM_TESTS = ("form", "city", "budget", *_COMMON_TESTS)


def _test(draw: random.Random, kind: str) -> Test:
    return _DRAWN[kind](draw)


def events_of(count: int, seed: int) -> tuple[Event, ...]:
    """Events of every type from every source, each with an order or a form."""
    draw = random.Random(seed)
    return tuple(_event(draw, EVENT_TYPES[place % len(EVENT_TYPES)]) for place in range(count))


def _event(draw: random.Random, kind: str) -> Event:
    ordering = kind.startswith(("order", "payment", "cart"))
    items = tuple(
        Item(
            name=f"{draw.choice(WORDS).title()} {place}",
            sku=f"SKU-{draw.randrange(2_000)}",
            quantity=Decimal(1),
            price=Decimal(draw.randrange(100, 9_000)),
        )
        for place in range(draw.randrange(1, 4))
    )
    order = Order(
        id="1",
        number="1024",
        status=draw.choice(("processing", "new", "completed")),
        total=Decimal(draw.randrange(100, 60_000)),
        coupon=draw.choice((None, "ВЕСНА")),
        items=items,
    )
    form = Form(
        id=f"Form{draw.randrange(300)}",
        name="Заявка",
        fields={"Город": draw.choice(CITIES), "Товар": f"Нужен {draw.choice(WORDS)}", "Время": "утро"},
    )
    return Event(
        source=draw.choice(SOURCES),
        event=kind,
        received_at=NOW,
        customer=Customer(name="Анна", phone="+79000000001", email=f"anna@mail{draw.randrange(20)}.example"),
        order=order if ordering else None,
        form=None if ordering else form,
        utm=Utm(source=f"Ads{draw.randrange(40)}", medium="cpc", campaign=f"Акция {draw.randrange(500)}"),
    )


def folded(event: Event) -> dict[str, Any]:
    """The event as the others get it: whole, every text folded already, numbers as floats, lists of texts joined."""
    order, form, utm = event.order or Order(), event.form or Form(), event.utm or Utm()
    return {
        "event": fold(event.event),
        "source": fold(event.source),
        "customer": {"email": fold(event.customer.email or "")},
        "order": {
            "total": float(order.total or 0),
            "status": fold(order.status or ""),
            "coupon": fold(order.coupon or ""),
            "skus": [fold(item.sku or "") for item in order.items],
            "names": "\n".join(fold(item.name or "") for item in order.items),
        },
        "form": {
            "id": fold(form.id or ""),
            "fields": {name: fold(form.fields.get(name, "")) for name in ("Город", "Товар")},
        },
        "utm": {"source": fold(utm.source or ""), "campaign": fold(utm.campaign or "")},
    }


def written_for_us(rules: tuple[Rule, ...]) -> str:
    """The rules file."""
    return HEAD + "".join(_yaml(rule) for rule in rules)


def _yaml(rule: Rule) -> str:
    lines = [("event", json.dumps(rule.event))] if rule.event else []
    lines += [("source", rule.source)] if rule.source else []
    tests = [test for test in rule.conditions if isinstance(test, Test)]
    by_field: dict[str, list[str]] = {}
    for test in tests:
        by_field.setdefault(test.field, []).append(_yaml_test(test))
    lines += [(field, "{" + ", ".join(found) + "}") for field, found in by_field.items()]
    several = [one for one in rule.conditions if isinstance(one, Several)]
    sets = [
        f"{{{one.kind}: [{', '.join(f'{{{t.field}: {{{_yaml_test(t)}}}}}' for t in one.tests)}]}}" for one in several
    ]
    lines += [("all", f"[{', '.join(sets)}]")] if sets else []
    when = "".join(f"\n      {field}: {value}" for field, value in lines)
    return (
        f"  - name: {rule.name}\n    when:{when or ' {}'}\n    then:\n"
        f'      tags: [Покупатель, "Заказ {{{{ order.number }}}}"]\n      variables: {{Событие: {rule.name}}}\n'
    )


def _yaml_test(test: Test) -> str:
    if test.test == "given":
        return "empty: false"
    values = [str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False) for value in test.values]
    return (
        f"{test.test}: {values[0]}" if test.test in ("at_least", "ends_with") else f"{test.test}: [{', '.join(values)}]"
    )


@dataclass(frozen=True, slots=True)
class Tongue:
    """How one language writes it: a field, a test of it, `and`, `or`, `not`."""

    field: Callable[[str], Any]
    test: Callable[[Any, Test], Any]
    every: Callable[[list[Any]], Any]
    either: Callable[[list[Any]], Any]
    opposite: Callable[[Any], Any]

    def write(self, rule: Rule, *, typed: bool) -> Any:
        """The rule; `typed`: with its type and source, which a table by both has no need of."""
        return self.every(list(self._parts(rule, typed)))

    def _parts(self, rule: Rule, typed: bool) -> Iterator[Any]:
        if typed and rule.event:
            yield self.test(self.field("event"), Test("event", "in", (rule.event,)))
        if typed and rule.source:
            yield self.test(self.field("source"), Test("source", "in", (rule.source,)))
        for one in rule.conditions:
            tests = one.tests if isinstance(one, Several) else (one,)
            written = [self.test(self.field(_plain(test.field)), _folded(test)) for test in tests]
            if isinstance(one, Test):
                yield written[0]
            else:
                yield self.opposite(written[0]) if one.kind == "not" else self.either(written)


def _plain(field: str) -> str:
    return field.replace("order.items.sku", "order.skus").replace("order.items.name", "order.names").replace('"', "")


def _folded(test: Test) -> Test:
    return Test(_plain(test.field), test.test, tuple(fold(v) if isinstance(v, str) else v for v in test.values))
