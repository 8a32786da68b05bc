"""What rehearsing a draft against the journal costs, stage by stage, and the whole command.

    uv run python -m benchmarks.rehearse [--events 10000] [--people 6000] [--rules 60]

A store of its own is filled with deliveries in the shapes of several senders by invented people; then a draft that
differs in a threshold, a tag, a status, one rule more and one less is rehearsed against them. Half of the people are
known to the store beforehand. `--limit-s` (10) is what the whole command may take.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
import redis

from processor.domain.delivery import Delivery, Inbound
from processor.domain.known import Account, Known
from processor.rehearse.reading import read
from processor.rehearse.run import rehearse
from processor.rules.compile import compile_rules
from processor.store.contacts import states_of
from processor.store.keys import name_of
from processor.store.span import READ_MAX, Span, select
from tests.harness.deliveries import tilda_cookies, tilda_form, woo_headers, woo_order
from tests.harness.store import StoreProcess
from tests.harness.stored import take_in
from tests.sources.samples import SAMPLES, rules_text, sample_of

T = TypeVar("T")
START_MS = 1_760_000_000_000
EVENT_EVERY_MS = 8_640
RULES = """\
  - {name: Новый заказ, when: {event: order.created}, then: {tags: [Покупатель, "Заказ {{ order.number }}"]}}
  - name: Крупный заказ
    when: {event: order.created, order.total: {at_least: 5000}}
    then: {tags: Крупный заказ, status: "Новый заказ на {{ order.total }}"}
  - {name: Заявка, when: {event: form.submitted}, then: {tags: Заявка, utm: first, status: Новая заявка}}
  - {name: Оплата, when: {event: [order.paid, payment.succeeded]}, then: {tags: Оплатил, status: Оплачено}}
  - {name: Сумма, when: {order.total: {more_than: 0}}, then: {variables: {Сумма: "{{ order.total | round }}"}}}
  - {name: Лид, when: {event: lead.created}, then: {tags: Лид, variables: {Канал: "{{ source }}"}}}
  - {name: Реклама, when: {utm.source: [yandex, vk]}, then: {tags: "Реклама: {{ utm.source }}"}}
"""
DRAFT = (
    ("at_least: 5000", "at_least: 3000"),
    ("tags: [Покупатель,", "tags: [Клиент,"),
    ("status: Новая заявка", "status: Заявка с сайта"),
    ('  - {name: Лид, when: {event: lead.created}, then: {tags: Лид, variables: {Канал: "{{ source }}"}}}\n', ""),
)
ONE_MORE = "  - {name: Чайник, when: {order.items.name: {contains: чайник}}, then: {tags: Купил чайник}}\n"


def main() -> None:
    """Fill, rehearse, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=6_000)
    parser.add_argument("--rules", type=int, default=60)
    parser.add_argument("--limit-s", type=float, default=10)
    asked = parser.parse_args()
    with StoreProcess() as store:
        published, draft = texts(asked.rules)
        (store.folder / "rules.yaml").write_text(published, "utf-8")
        (store.folder / "draft.yaml").write_text(draft, "utf-8")
        client = store.client()
        filled = list(deliveries(asked.events, asked.people))
        for start in range(0, len(filled), 1_000):
            batch = filled[start : start + 1_000]
            take_in(store.settings, [(one, one.id) for one in batch])
        know(client, asked.people)
        size = sum(len(one.body) for one in filled) / 1024
        senders = len({one.preset for one in filled})
        print(f"{len(filled)} deliveries of {senders} senders, {size / 1024:.1f} MiB of bodies")
        stages(client, published, draft)
        whole, cpu_s = command(store.folder, asked.events)
    verdict = "within" if whole < asked.limit_s else "ABOVE"
    print(f"{'the whole command':<44}{whole:>8.2f} s{cpu_s:>8.2f} s of CPU   {verdict} {asked.limit_s:.0f} s")


def texts(rules: int) -> tuple[str, str]:
    """A rules file of about so many rules, and a draft of it."""
    more = "".join(
        f"  - name: Подборка {n}\n"
        f"    when: {{event: order.created, order.total: {{between: [{n * 100}, {n * 100 + 99}]}}}}\n"
        f'    then: {{tags: Подборка {n}, variables: {{Подборка: "{n}: {{{{ order.number }}}}"}}}}\n'
        for n in range(max(0, rules - RULES.count("- ")))
    )
    published = rules_text().replace("rules: []\n", f"rules:\n{RULES}{more}")
    draft = published
    for old, new in DRAFT:
        assert old in draft
        draft = draft.replace(old, new)
    return published, draft + ONE_MORE


def deliveries(events: int, people: int) -> Iterator[Delivery]:
    """Two orders for each form, and a few of every other sender."""
    chance, others = random.Random(1), sorted(SAMPLES)
    for number in range(events):
        phone, sort = f"+79{chance.randrange(people):09d}", chance.random()
        if sort < 0.6:
            total = f"{chance.randrange(300, 12_000)}.00"
            marks = {"source": chance.choice(["yandex", "vk", "direct"]), "medium": "cpc", "campaign": "osen"}
            body = woo_order(number=number, phone=phone, email=f"anna{number % 50}@example.com", total=total, utm=marks)
            topic = chance.choice(["order.created", "order.updated"])
            yield kept("woocommerce", number, Inbound("POST", woo_headers(body, "s", topic), "", body))
        elif sort < 0.9:
            body, headers = tilda_form({"Phone": phone, "COOKIES": tilda_cookies()}, tranid=f"1:{number}")
            yield kept("tilda", number, Inbound("POST", headers, "", body))
        else:
            preset = others[number % len(others)]
            yield kept(preset, number, sample_of(preset).good[0])


def kept(preset: str, number: int, sent: Inbound) -> Delivery:
    """A request as the journal keeps it."""
    return Delivery(
        id=f"{number:022x}",
        source=preset,
        preset=preset,
        received_ms=START_MS + number * EVENT_EVERY_MS,
        method=sent.method,
        headers={name.lower(): value for name, value in sent.headers.items()},
        query=sent.query,
        body=sent.body,
    )


def know(client: redis.Redis, people: int) -> None:
    """Half of them as a first sync and earlier events leave them."""
    encode = msgspec.json.Encoder().encode
    with client.pipeline(transaction=False) as change:
        for number in range(0, people, 2):
            known = Known(
                watbot_id=number + 1,
                fields={"name": "Анна"},
                tags=("Покупатель",),
                utm={},
                seen_ms=START_MS,
                listed_ms=START_MS,
            )
            change.hset(name_of("contact", f"1:whatsapp:+79{number:09d}"), "known", encode(known))
        change.execute()


def stages(client: redis.Redis, published: str, draft: str) -> None:
    """Each stage by itself; the later ones read the deliveries as well."""

    def normalise() -> int:
        return sum(len(read(one.delivery, old.sources.get(one.delivery.source)).events) for one in selected)

    def look_up() -> int:
        return sum(len(states_of(client, keys[start : start + READ_MAX])) for start in range(0, len(keys), READ_MAX))

    old = timed("compile the published rules", lambda: compile_rules(published, "published", {}, demo=True))
    new = timed("compile the draft", lambda: compile_rules(draft, "draft", {}, demo=True))
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    selected = timed("look up what belongs to the span", lambda: select(client, Span(limit=1_000_000)))
    timed("read the deliveries", lambda: sum(1 for _ in selected))
    timed("read and normalise them once", normalise)
    found = timed("all of it under both files, compared", lambda: rehearse(old, new, selected, account=Account()))
    keys = list(found.wanted_after)
    timed("what the store knows of the contacts", look_up)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib) / 1024
    print(f"{found.contacts} contacts, {found.changed} end up otherwise; memory grew by {grown:.0f} MiB")


def timed(what: str, call: Callable[[], T]) -> T:
    """Call it and print how long it took, and how much of that this process computed."""
    started, computed = time.perf_counter(), time.process_time()
    answer = call()
    took, computed = time.perf_counter() - started, time.process_time() - computed
    print(f"{what:<44}{took:>8.2f} s{computed:>8.2f} s of CPU")
    return answer


def command(folder: Path, events: int) -> tuple[float, float]:
    """Seconds of `watbot-hooks rehearse` from its start to its end, and how many of them it computed."""
    environ = {**os.environ, "DATA_DIR": str(folder), "RULES_FILE": str(folder / "rules.yaml"), "LANGUAGE": "en"}
    words = [sys.executable, "-m", "processor.cli", "rehearse", str(folder / "draft.yaml"), "--json"]
    started, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run([*words, "--limit", str(events)], env=environ, capture_output=True, check=True)
    took = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - used
    told = json.loads(done.stdout)
    assert told["deliveries"] == events
    print(f"price: {told['price']}")
    return took, used


if __name__ == "__main__":
    main()
