"""By what an event is looked up: a person's ids and an order's numbers, each written one way. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from processor.domain.contact import MESSENGERS
from processor.domain.event import Customer, Event
from processor.domain.phone import normal_phone, numbers

WORD_CHARACTERS_MAX: Final = 128
TEXT_CHARACTERS_MAX: Final = 320

_E164 = re.compile(r"\+[0-9]{7,15}")
_KEY = re.compile(rf"[0-9]+:(?:{'|'.join(MESSENGERS)}):\S+")
# How people write that a number or a name follows.
_SIGNS = "#№@ \t\u00a0"


def terms_of(events: Iterable[Event], contacts: Iterable[str] = ()) -> tuple[str, ...]:
    """What the events of a delivery are found by, each once: `phone:+79000000001`, `email:…`, `contact:…`, `word:…`.

    `contacts` are keys of contacts that they concern.
    """
    found = [term for event in events for term in _of_event(event)]
    return tuple(dict.fromkeys([*found, *map(contact_term, contacts)]))


def terms_asked(text: str, regions: Iterable[str] = ("RU",)) -> tuple[str, ...]:
    """What somebody who types `text` may mean; any of the terms will do, and none is left for an empty text.

    `regions` (ISO countries) read phones that are written without one.
    """
    asked = text.strip()[:TEXT_CHARACTERS_MAX]
    if not asked:
        return ()
    if _KEY.fullmatch(asked):
        return (contact_term(asked),)
    phones = [f"phone:{phone}" for region in regions for phone in numbers(asked, region)]
    emails = [email_term(asked)] if "@" in asked.lstrip(_SIGNS) else []
    return tuple(dict.fromkeys([*phones, *emails, *_word(asked)]))


def keys_asked(terms: Iterable[str], bots: Iterable[int]) -> tuple[str, ...]:
    """The keys of contacts that terms of `terms_asked` may name by themselves, at any of these bots."""
    keys = []
    for kind, _, own in (term.partition(":") for term in terms):
        if kind == "contact":
            keys.append(own)
        if kind == "phone":
            keys += [f"{bot}:whatsapp:{own}" for bot in bots]
        if kind == "word":
            ids = ("telegram", "vk", "viber") if own.isascii() and own.isdigit() else ("viber",)
            keys += [f"{bot}:{messenger}:{own}" for bot in bots for messenger in ids if " " not in own]
    return tuple(dict.fromkeys(keys))


def contact_term(key: str) -> str:
    """The term of a contact's key."""
    return f"contact:{key}"


def phone_term(text: str) -> str | None:
    """The term of a phone; None for what is none."""
    phone = text if _E164.fullmatch(text) else normal_phone(text)
    return f"phone:{phone}" if phone else None


def email_term(text: str) -> str:
    """The term of an e-mail, in any case."""
    return f"email:{text.strip().casefold()}"


def customer_terms(customer: Customer) -> Iterator[str]:
    """The terms of who acted."""
    phone = phone_term(customer.phone) if customer.phone else None
    if phone:
        yield phone
    if customer.email:
        yield email_term(customer.email)
    for name in (customer.id, customer.telegram_id, customer.telegram_username, customer.viber_id, customer.vk_id):
        yield from _word(name)


def _of_event(event: Event) -> Iterator[str]:
    yield from customer_terms(event.customer)
    if event.order:
        yield from _word(event.order.id)
        yield from _word(event.order.number)
    if event.payment:
        yield from _word(event.payment.id)


def _word(text: str | None) -> Iterator[str]:
    word = (text or "").strip(_SIGNS).casefold()
    if word and len(word) <= WORD_CHARACTERS_MAX:
        yield f"word:{word}"
