"""Forgetting a person while others work: fences, what waits, what was cut short, and the receipt."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
import redis

from processor.clock import SystemClock
from processor.domain.earlier import Earlier
from processor.domain.event import Customer, Event
from processor.domain.known import Known
from processor.domain.person import person_asked
from processor.domain.terms import terms_of
from processor.domain.wish import EVENTS_MAX, Wish, stamp_of
from processor.errors import NotFound
from processor.store.contacts import Record, record
from processor.store.deliveries import Memory, take, wish
from processor.store.forget import forget
from processor.store.history import history_of
from processor.store.journal import story_of
from processor.store.keys import name_of
from processor.store.receipts import Receipt, receipt_of
from processor.store.script import run
from tests.harness.dead import DAYS, claimed, park, refuse
from tests.harness.every_byte import places_of
from tests.harness.store import StoreProcess
from tests.harness.stored import CONTACT, delivery, status, take_in

PHONE, EMAIL = "+79000000001", "anna@example.com"
TRACES = ("9000000001", "anna@")
ANNA = Customer(name="Анна", phone=PHONE, email=EMAIL)


def _take_in(process: StoreProcess, *names: str) -> None:
    body = b'{"tel": "8 900 000-00-01"}'
    take_in(process.settings, [(delivery(name, body=body), name) for name in names])


def _apply(store: redis.Redis, name: str, customer: Customer, *wishes: Wish, contact: str = CONTACT) -> None:
    event = Event(source="shop", event="order.created", received_at=datetime(2026, 1, 1, tzinfo=UTC), customer=customer)
    contacts = [(contact, 1_000, wishes)] if wishes else []
    wish(
        store,
        name,
        state="planned" if wishes else "ignored",
        story={"what": "applied", "changes": [{"contact": contact, "element": w.element} for w in wishes]},
        fields={"events": msgspec.json.encode([event]).decode(), "contacts": contact if wishes else ""},
        contacts=contacts,
        terms=terms_of([event], [contact] if wishes else []),
        journal_days=30,
    )


def _forget(store: redis.Redis, who: str = PHONE) -> Receipt:
    return forget(store, person_asked(who), [1], by="Olga", clock=SystemClock(), journal_days=30)


def _mail(value: str, event: str, number: int) -> Wish:
    return Wish(element="field:email", value=value, stamp=stamp_of(1, 9, number), event=event, rule="r")


def test_whoever_holds_the_contact_finds_the_lease_gone_and_writes_nothing(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _take_in(store_process, "a")
    _apply(store, "a", ANNA, _mail(EMAIL, "a", 100), status("Новый", stamp_of(1, 9, 101), "a"))
    held = claimed(store)
    receipt = _forget(store)
    assert (receipt.contacts, receipt.wishes, receipt.events) == (1, 2, 1)
    known = Known(watbot_id=7, fields={"email": EMAIL, "phone": PHONE})
    settled = {element: one.stamp for element, one in held.state.wanted.items()}
    entry = Record(settled=settled, known=known, stories=[("a", {"what": "call", "sent": {"email": EMAIL}})])
    assert record(store, held, entry, **DAYS) == (False, False)
    assert places_of(store, TRACES) == []
    assert not [line for line in ("ready", "lease", "due", "holder") if store.exists(name_of(line))]


def test_a_delivery_that_nobody_has_read_stays_until_it_has_been_applied(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _take_in(store_process, "a")
    assert _forget(store).waiting == 1
    assert take(store, most=1, lease_ms=60_000)
    assert _forget(store).waiting == 1, "it may be another's too, and nothing that was acknowledged is lost"
    _apply(store, "a", ANNA, _mail(EMAIL, "a", 100))
    receipt = _forget(store)
    assert (receipt.waiting, receipt.events, receipt.contacts) == (0, 1, 1)
    assert places_of(store, TRACES) == []


def test_whoever_applies_what_is_forgotten_meanwhile_writes_nothing(
    store_process: StoreProcess, store: redis.Redis
) -> None:
    _take_in(store_process, "a")
    _apply(store, "a", ANNA)
    assert _forget(store).events == 1
    _apply(store, "a", ANNA, _mail(EMAIL, "a", 100))
    store.ping()
    assert places_of(store, TRACES) == []


def test_histories_and_delayed_rules_go_too(store_process: StoreProcess, store: redis.Redis) -> None:
    take_in(store_process.settings, [(delivery("a"), "a"), (delivery("both"), "both")])
    other, at = "1:whatsapp:+79000000002", datetime(2026, 1, 1, tzinfo=UTC)
    anna = Event(source="shop", event="order.created", received_at=at, customer=ANNA)
    boris = Event(source="shop", event="order.created", received_at=at, customer=Customer(phone="+79000000002"))
    for number, (name, events) in enumerate({"a": [anna], "both": [anna, boris]}.items(), 1):
        owns = [CONTACT, other][: len(events)]
        now_ms = SystemClock().now_ms()
        entries = [
            (key, Earlier("order.created", "shop", now_ms, None, name, number * EVENTS_MAX + i))
            for i, key in enumerate(owns)
        ]
        wish(
            store,
            name,
            state="planned",
            story={"what": "applied", "changes": []},
            fields={
                "events": msgspec.json.encode(events).decode(),
                "contacts": ", ".join(owns),
                "past": " ".join(owns),
            },
            memory=Memory(entries=entries, later=[(0, now_ms + 60_000, "r")]),
            journal_days=30,
        )
    assert store.zcard(name_of("later_due")) == 2
    receipt = _forget(store)
    assert (receipt.events, receipt.events_in_part, receipt.contacts) == (1, 1, 1)
    assert places_of(store, TRACES) == []
    assert not store.exists(name_of("later_due"))
    assert [entry.id for entry in history_of(store, other).entries] == ["both"], "the other's history is whole"
    assert store.hget(name_of("event", "both"), "state") == b"done"


def test_dead_letters_and_a_parked_contact_go(store_process: StoreProcess, store: redis.Redis) -> None:
    _take_in(store_process, "a", "b")
    _apply(store, "a", ANNA, _mail("anna@", "a", 100))
    refuse(store, "field:email")
    _apply(store, "b", ANNA, status("Новый", stamp_of(1, 9, 200), "b"))
    park(store)
    receipt = _forget(store)
    assert (receipt.refused, receipt.wishes, receipt.events) == (1, 1, 2)
    assert not store.exists(name_of("dead"))
    assert places_of(store, TRACES) == []


def test_cut_short_it_is_begun_again_by_the_same_phone(store_process: StoreProcess, store: redis.Redis) -> None:
    _take_in(store_process, "a")
    take_in(store_process.settings, [(delivery("mail"), "mail")])
    _apply(store, "a", ANNA, _mail(EMAIL, "a", 100))
    _apply(store, "mail", Customer(email=EMAIL))
    run(store, "forget_event", "a")
    receipt = _forget(store)
    assert (receipt.events, receipt.contacts) == (1, 1), "the contact still told the e-mail"
    assert places_of(store, TRACES) == []


def test_another_who_shares_the_e_mail_stays(store_process: StoreProcess, store: redis.Redis) -> None:
    _take_in(store_process, "a")
    take_in(store_process.settings, [(delivery("b"), "b")])
    other = "1:whatsapp:+79000000002"
    _apply(store, "a", ANNA, _mail(EMAIL, "a", 100))
    _apply(store, "b", Customer(phone="+79000000002", email=EMAIL), _mail(EMAIL, "b", 200), contact=other)
    assert _forget(store).events == 1
    assert places_of(store, ["9000000001"]) == []
    assert story_of(store, "b").row.contact == other
    assert store.hexists(name_of("contact", other), "w:field:email")
    assert _forget(store, EMAIL).contacts == 1, "asked for by the e-mail, both are meant"
    assert places_of(store, TRACES) == []


def test_the_receipt_is_kept_and_tells_nobody(store_process: StoreProcess, store: redis.Redis) -> None:
    _take_in(store_process, "a")
    _apply(store, "a", ANNA, _mail(EMAIL, "a", 100))
    receipt = _forget(store)
    assert receipt_of(store, receipt.number) == receipt
    assert receipt.by == "Olga"
    for number in ("", "f00", receipt.number[:-1] + "x"):
        with pytest.raises(NotFound):
            receipt_of(store, number)
