"""Make an Event of raw values: each is read as its field demands, and what cannot be read so is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from processor.domain.delivery import Delivery
from processor.domain.event import Customer, Event, Form, Item, Order, Page, Part, Payment, Utm
from processor.domain.phone import normal_phone
from processor.sources.name import email_instead, joined_name, person_name, phone_instead
from processor.sources.scalar import address_of, email_of, flag_of, line_of, number_of, text_of

ITEMS_MAX: Final = 500
TYPE_CHARACTERS_MAX: Final = 100
FIELD_NAME_CHARACTERS_MAX: Final = 200

Draft = Mapping[str, Any]
Reader = Callable[[Any], Any]
SomePart = TypeVar("SomePart", bound=Part)

_TELEGRAM = re.compile(r"(?:https?://)?(?:t\.me/|telegram\.me/)?@?([A-Za-z][A-Za-z0-9_]{3,31})/?")


def compose(
    delivery: Delivery,
    event: str,
    *,
    region: str,
    customer: Draft | None = None,
    order: Draft | None = None,
    payment: Draft | None = None,
    form: Draft | None = None,
    page: Draft | None = None,
    utm: Utm | None = None,
    occurred_at: datetime | None = None,
    thin: bool = False,
    raw: Any = None,
) -> Event:
    """The event of these raw parts; a part in which nothing could be read is absent."""
    return Event(
        source=delivery.source,
        event=(line_of(event) or "unknown")[:TYPE_CHARACTERS_MAX],
        received_at=datetime.fromtimestamp(delivery.received_ms / 1000, UTC),
        occurred_at=occurred_at,
        customer=_customer(customer or {}, region),
        order=_part(Order, order, ORDER),
        payment=_part(Payment, payment, PAYMENT),
        form=_part(Form, form, FORM),
        page=_part(Page, page, PAGE),
        utm=utm,
        thin=thin or None,
        raw=raw,
    )


def telegram_of(value: Any) -> str | None:
    """A Telegram name without @ and address, or None when it is no such name."""
    found = _TELEGRAM.fullmatch(line_of(value) or "")
    return found[1] if found else None


def fields_of(value: Any) -> dict[str, str]:
    """A visitor's answers as texts, empty ones left out."""
    if not isinstance(value, Mapping):
        return {}
    read = ((line_of(name), text_of(answer)) for name, answer in value.items())
    return {name[:FIELD_NAME_CHARACTERS_MAX]: answer for name, answer in read if name and answer}


def items_of(value: Any) -> tuple[Item, ...]:
    """The lines of an order: a list of mappings, PHP's mapping of mappings, or plain names."""
    lines = value.values() if isinstance(value, Mapping) and not _is_item(value) else value
    if isinstance(value, Mapping) and _is_item(value):
        lines = (value,)
    if isinstance(lines, str) or not isinstance(lines, Iterable):
        return ()
    read = (_item(line) for line, _ in zip(lines, range(ITEMS_MAX), strict=False))
    return tuple(item for item in read if item)


def full_name(first: str | None, last: str | None, patronymic: str | None = None) -> str | None:
    """A name of its parts, none twice, or None when there is none."""
    return joined_name((first, patronymic, last))


def first_text(*values: Any) -> str | None:
    """The first of the values that is a text with something in it."""
    return next((text for text in map(line_of, values) if text), None)


def _customer(values: Draft, region: str) -> Customer:
    read = _read(values, CUSTOMER)
    phone = text_of(values.get("phone"))
    if phone and (normal := normal_phone(phone, region)):
        read["phone"] = normal
    _take_misplaced(read, values, region)
    if "name" not in read:
        name = full_name(read.get("first_name"), read.get("last_name"))
        if name:
            read["name"] = name
    return Customer(**read)


def _take_misplaced(read: dict[str, Any], values: Draft, region: str) -> None:
    """A phone or an e-mail alone in the field of the name is the customer's, where their own fields give none."""
    for named in ("name", "first_name"):
        if values.get(named) is None or named in read:
            continue
        if "phone" not in read and (phone := phone_instead(values[named], region)):
            read["phone"] = phone
        if "email" not in read and (email := email_instead(values[named])):
            read["email"] = email


def _part(make: type[SomePart], values: Draft | None, readers: Mapping[str, Reader]) -> SomePart | None:
    read = _read(values, readers) if values else None
    return make(**read) if read else None


def _read(values: Draft, readers: Mapping[str, Reader]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in values.items():
        reader = readers.get(name) if value is not None else None
        if reader:
            result = reader(value)
            if result is not None and result not in ((), {}):
                read[name] = result
    return read


def _is_item(value: Mapping[str, Any]) -> bool:
    return any(name in value for name in ITEM_NAMES["name"])


def _item(line: Any) -> Item | None:
    if isinstance(line, Item):
        return line
    if isinstance(line, str):
        name = line_of(line)
        return Item(name=name) if name else None
    if not isinstance(line, Mapping):
        return None
    read: dict[str, str | Decimal] = {}
    for field, names in ITEM_NAMES.items():
        found = (ITEM[field](line[name]) for name in names if name in line)
        value = next((value for value in found if value is not None), None)
        if value is not None:
            read[field] = value
    return Item(**read) if read else None  # type: ignore[arg-type]  # ITEM reads each as its field demands


CUSTOMER: Final[Mapping[str, Reader]] = {
    "id": line_of,
    "name": person_name,
    "first_name": person_name,
    "last_name": person_name,
    "email": email_of,
    "address": text_of,
    "city": line_of,
    "telegram_id": line_of,
    "telegram_username": telegram_of,
    "viber_id": line_of,
    "vk_id": line_of,
}
ORDER: Final[Mapping[str, Reader]] = {
    "id": line_of,
    "number": line_of,
    "status": line_of,
    "total": number_of,
    "currency": line_of,
    "paid": flag_of,
    "coupon": line_of,
    "comment": text_of,
    "items": items_of,
}
PAYMENT: Final[Mapping[str, Reader]] = {
    "id": line_of,
    "status": line_of,
    "amount": number_of,
    "currency": line_of,
    "method": line_of,
}
FORM: Final[Mapping[str, Reader]] = {"id": line_of, "name": line_of, "fields": fields_of}
PAGE: Final[Mapping[str, Reader]] = {"url": address_of, "referrer": address_of}
ITEM: Final[Mapping[str, Reader]] = {"name": line_of, "sku": line_of, "quantity": number_of, "price": number_of}
ITEM_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "title", "product", "product_name"),
    "sku": ("sku", "article", "vendor_code"),
    "quantity": ("quantity", "qty", "count"),
    "price": ("price", "unit_price"),
}
