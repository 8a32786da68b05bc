"""Whom an event is about when somebody is to be forgotten: whose it is, whose it is too, whose it is not. Pure.

A phone and the messengers' ids tell one person from another. An e-mail or a name in Telegram does so only where there
is nothing of the kind: a family, or a manager who orders for others, may share one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from processor.domain.contact import ContactId, Messenger
from processor.domain.event import Customer, Event
from processor.domain.terms import contact_term, email_term, phone_term, terms_asked

Share = Literal["none", "part", "whole"]

NATIONAL_DIGITS: Final = 10
_KINDS: Final[dict[Messenger, str]] = {
    "whatsapp": "phone",
    "telegram": "telegram_id",
    "vk": "vk_id",
    "viber": "viber_id",
}
_MESSENGER_OF: Final = {kind: messenger for messenger, kind in _KINDS.items()}
_NOT_DIGITS = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Person:
    """`contacts` are keys; `ids` are `phone:+79000000001`, `telegram_id:5`…; `names` are `email:…`, `username:…`.

    `asked` are those of `names` by which the person was asked for: they are the person's, whatever stands beside them.
    """

    contacts: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.ids or self.names)

    def has(self, customer: Customer) -> bool:
        """Whether `customer` is this person."""
        ids, names = ids_of(customer), names_of(customer)
        return bool(ids & self.ids or names & self.asked or (not ids and names & self.names))

    def with_customer(self, customer: Customer) -> Person:
        """This person with all that `customer`, who is the same, tells of itself."""
        return replace(self, ids=self.ids | ids_of(customer), names=self.names | names_of(customer))

    def with_contacts(self, keys: Iterable[str]) -> Person:
        """This person with those of the contacts whose own id is the person's."""
        return replace(self, contacts=self.contacts | {key for key in keys if id_of(key) in self.ids})

    @property
    def terms(self) -> tuple[str, ...]:
        """By what the person's events are filed (domain/terms.py)."""
        named = [
            one if one.startswith(("phone:", "email:")) else f"word:{one.partition(':')[2].casefold()}"
            for one in sorted(self.ids | self.names)
        ]
        return (*named, *map(contact_term, sorted(self.contacts)))

    def keys(self, bots: Iterable[int]) -> tuple[str, ...]:
        """The keys that the person's contacts may have at these bots."""
        named = [one.partition(":")[::2] for one in sorted(self.ids)]
        made = {f"{bot}:{_MESSENGER_OF[kind]}:{own}" for bot in bots for kind, own in named}
        return tuple(sorted(self.contacts | made))


def person_asked(text: str, regions: Iterable[str] = ("RU",)) -> Person:
    """Whom a contact's key, a phone or an e-mail names; nobody (a false one) for anything else."""
    terms = terms_asked(text, regions)
    contacts = frozenset(one.removeprefix("contact:") for one in terms if one.startswith("contact:"))
    phones = frozenset(one for one in terms if one.startswith("phone:"))
    emails = frozenset(one for one in terms if one.startswith("email:"))
    return Person(contacts, phones | frozenset(map(id_of, contacts)), emails, emails)


def id_of(key: str) -> str:
    """What a contact's key tells of the person, such as `phone:+79000000001`; "" for what is no key."""
    try:
        contact = ContactId.from_key(key)
    except ValueError:
        return ""
    return f"{_KINDS[contact.messenger]}:{contact.id}"


def ids_of(customer: Customer) -> frozenset[str]:
    """What tells the customer from everybody else."""
    phone = phone_term(customer.phone) if customer.phone else None
    given = {"telegram_id": customer.telegram_id, "vk_id": customer.vk_id, "viber_id": customer.viber_id}
    return frozenset([*([phone] if phone else []), *(f"{kind}:{own}" for kind, own in given.items() if own)])


def names_of(customer: Customer) -> frozenset[str]:
    """What several people may share."""
    username = (customer.telegram_username or "").strip().lstrip("@").casefold()
    email = [email_term(customer.email)] if customer.email else []
    return frozenset([*email, *([f"username:{username}"] if username else [])])


def share_of(person: Person, events: Sequence[Event], contacts: Sequence[str]) -> Share:
    """Whether the events of one delivery, with the contacts they concern, are the person's: all, some, or none.

    What a rule writes into somebody else's contact (a manager's, say) does not make the event that one's.
    """
    theirs = [person.has(event.customer) for event in events]
    named = [key in person.contacts for key in contacts]
    if not any(theirs) and not any(named):
        return "none"
    others = any(_identified(e.customer) and not own for e, own in zip(events, theirs, strict=True))
    return "part" if others or (not any(theirs) and not all(named)) else "whole"


def needles_of(person: Person) -> tuple[list[str], list[str]]:
    """What to look for in events as JSON, in lower case, and digits to look for in bodies that nobody has read."""
    values = [one.partition(":")[::2] for one in sorted(person.ids | person.names)]
    texts = [own if kind in ("phone", "email") else f'"{own}"' for kind, own in values]
    digits = [_NOT_DIGITS.sub("", own)[-NATIONAL_DIGITS:] for kind, own in values if kind == "phone"]
    return [one.lower() for one in [*texts, *sorted(person.contacts)]], digits


def lines_with(text: str, person: Person) -> list[int]:
    """The numbers of the lines that name the person by phone, id, e-mail or contact."""
    needles, digits = needles_of(person)
    return [
        number
        for number, line in enumerate(text.splitlines(), 1)
        if any(one in line.lower() for one in needles) or any(one in _NOT_DIGITS.sub("", line) for one in digits)
    ]


def _identified(customer: Customer) -> bool:
    return bool(ids_of(customer) or names_of(customer))
