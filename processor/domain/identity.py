"""Who an event is about: the customer as the event tells, overridden by a rule's `contact:`, as one Watbot contact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from processor.domain.contact import ContactId, Messenger
from processor.domain.event import Customer
from processor.domain.phone import normal_phone
from processor.domain.rule import ContactField
from processor.domain.template import Template, render, shortened
from processor.text import Text

FIELD_CHARACTERS_MAX = 255
ADDRESS_CHARACTERS_MAX = 1_000

ID_OF: Mapping[Messenger, ContactField] = {
    "whatsapp": "phone",
    "telegram": "telegram_id",
    "vk": "vk_id",
    "viber": "viber_id",
}

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_ID = {
    "telegram_id": re.compile(r"[1-9][0-9]{0,18}"),
    "vk_id": re.compile(r"[1-9][0-9]{0,18}"),
    "viber_id": re.compile(r"[^\s\x00-\x1f\x7f]{1,128}"),
}
_IDENTIFYING: frozenset[ContactField] = frozenset(("messenger", *ID_OF.values()))

Trouble = tuple[str, Text]
"""The element that is not wished, and why."""


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a customer, each value checked; `troubles` tells what was left out, `given` what a rule gave."""

    values: Mapping[ContactField, str]
    given: frozenset[ContactField]
    troubles: tuple[Trouble, ...]


def person_of(
    customer: Customer, overrides: Mapping[ContactField, Template], page: Mapping[str, Any], region: str
) -> Person:
    """The customer of an event with a rule's overrides, filled in from `page`; `region` reads phones.

    An override that fails leaves the customer's own name or address in place, but never the customer's own phone or id:
    that could be somebody else than the rule means.
    """
    values = _own(customer)
    troubles: list[Trouble] = []
    given: set[ContactField] = set()
    for name, template in overrides.items():
        rendered = render(template, page)
        if rendered.text is not None:
            values[name] = rendered.text
            given.add(name)
            continue
        troubles.append((f"contact:{name}", rendered.problem or Text("", "")))
        if name in _IDENTIFYING:
            values.pop(name, None)
    checked: dict[ContactField, str] = {}
    for name, value in values.items():
        good, trouble = checked_field(name, value, region)
        if good is not None:
            checked[name] = good
        if trouble is not None:
            troubles.append((f"contact:{name}", trouble))
    return Person(checked, frozenset(given), tuple(troubles))


def contact_of(person: Person, bot: int, order: tuple[Messenger, ...], *, messenger_given: bool) -> ContactId | Text:
    """The contact: by the messenger the rule names, else the first of `order` that the person has an id for."""
    if messenger_given:
        order = tuple(messenger for messenger in ID_OF if messenger == person.values.get("messenger"))
    for messenger in order:
        own_id = person.values.get(ID_OF[messenger])
        if own_id:
            return ContactId(bot, messenger, own_id)
    names = ", ".join(ID_OF[messenger] for messenger in order)
    if not names:
        return Text("мессенджер контакта не определён", "the contact's messenger is not determined")
    return Text(
        f"контакт не собрать: у клиента нет ни одного из полей {names}",
        f"no contact can be built: the customer has none of {names}",
    )


def names_contact(messenger: Messenger, own_id: str) -> bool:
    """Whether `own_id` can be that messenger's id of a contact, written as ContactId has it."""
    shape = _ID.get(ID_OF[messenger], _E164)
    return shape.fullmatch(own_id) is not None


def _own(customer: Customer) -> dict[ContactField, str]:
    full_name = " ".join(part for part in (customer.first_name, customer.last_name) if part)
    found: dict[ContactField, str | None] = {
        "name": customer.name or full_name,
        "phone": customer.phone,
        "email": customer.email,
        "address": _address(customer),
        "telegram_id": customer.telegram_id,
        "telegram_username": customer.telegram_username,
        "viber_id": customer.viber_id,
        "vk_id": customer.vk_id,
    }
    return {name: value.strip() for name, value in found.items() if value and value.strip()}


def _address(customer: Customer) -> str | None:
    city, address = (customer.city or "").strip(), (customer.address or "").strip()
    if city and city.casefold() not in address.casefold():
        return f"{city}, {address}" if address else city
    return address or None


def checked_field(name: ContactField, value: str, region: str) -> tuple[str | None, Text | None]:
    """The value as Watbot may have it, or why it may not."""
    if name == "phone":
        phone = value if _E164.fullmatch(value) else normal_phone(value, region)
        return phone, None if phone else _bad(value, "не похоже на телефон", "is not a phone")
    if name == "messenger":
        messenger = value.casefold()
        known = any(messenger == one for one in ID_OF)
        return (messenger, None) if known else (None, _bad(value, "не мессенджер", "is not a messenger"))
    if name in _ID:
        if _ID[name].fullmatch(value):
            return value, None
        return None, _bad(value, f"не годится как {name}", f"cannot be a {name}")
    length_max = ADDRESS_CHARACTERS_MAX if name == "address" else FIELD_CHARACTERS_MAX
    if len(value) > length_max:
        return None, _bad(value, f"длиннее {length_max} символов", f"is longer than {length_max} characters")
    # Half of a surrogate pair, which JSON may carry, has no bytes to be sent.
    return value.encode("utf-8", "replace").decode("utf-8"), None


def _bad(value: str, ru: str, en: str) -> Text:
    return Text(f"«{shortened(value, 40)}»: {ru}", f'"{shortened(value, 40)}" {en}')
