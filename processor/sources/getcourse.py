"""GetCourse: the action "call an address" of a process; whatever it says stands in the query that the owner wrote.

The names of the parameters are the owner's, so our page gives an address to paste and what it names is read here; any
other name is a field of the form. What GetCourse could not fill in comes empty or as the very text `{object.…}`, and is
left out. Types: `?event=` as it is; without it order.updated when there is something of an order, else lead.updated,
because what has happened to it cannot be guessed.
Not known: whether and when GetCourse repeats a call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event, Utm
from processor.domain.source import Source
from processor.domain.utm import first_of, utm_from_mapping
from processor.errors import Unreadable
from processor.sources.body import as_mapping, read_body
from processor.sources.compose import compose
from processor.sources.form import Pair, decode_text, read_pairs
from processor.sources.keep import encodable, scrub
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import Keyed, pairs_of_query
from processor.sources.scalar import flag_of
from processor.sources.visitor import customer_of, known_answers
from processor.text import Text

# Names as `_folded` writes them. Of the two costs `cost_money_value` is the number, `cost_money` is "1 000 руб.".
ID_NAMES: Final = ("id", "object_id", "order_id", "deal_id")
NUMBER_NAMES: Final = ("number", "object_number", "order_number", "deal_number")
STATUS_NAMES: Final = ("status", "object_status", "order_status", "deal_status")
TOTAL_NAMES: Final = (
    *("cost_money_value", "object_cost_money_value", "total", "sum", "amount", "cost"),
    *("cost_money", "object_cost_money", "price"),
)
ITEM_NAMES: Final = ("positions", "object_positions", "offers", "product")
CURRENCIES: Final[Mapping[str, str]] = {"руб": "RUB", "₽": "RUB", "rub": "RUB", "$": "USD", "€": "EUR", "₸": "KZT"}
PAID_STATUSES: Final = frozenset({"payed", "paid", "завершен", "оплачен"})
CUSTOMER_PREFIXES: Final = ("object_user_", "user_", "client_")

_VARIABLE = re.compile(r"\{(?:object|user|deal)\.[^{}]{0,200}\}")
_JOINT = re.compile(r"[.\s\-]+")
_UTM = re.compile(r"(.{0,60}_)?(utm_[a-z]{4,8})")


class GetCourse(Keyed):
    """Calls by GetCourse, GET or POST: the data stand in the address either way, the body is empty."""

    name = "getcourse"
    methods = ("GET", "POST", "PUT")
    queued_status = 200

    def delivery_key(self, inbound: Inbound, source: Source) -> str:
        """The order's id and status to be read, and a digest of the whole query without the token to decide.

        GetCourse gives a call no id and no time, so two equal calls are one delivery. Where the same may truly happen
        twice, the owner's address must name something that differs.
        """
        query = self.kept_query(inbound, source)
        fields = {_folded(name): value for name, value in pairs_of_query(query)}
        readable = (_first(fields, names) or "" for names in (ID_NAMES, STATUS_NAMES))
        return write_key("call", *readable, digested=(octets_of(query), inbound.body))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        sent = scrub({name: text for name, value in _sent(delivery) if (text := _filled(value))}, source.keys)
        fields = {_folded(name): value for name, value in sent.items()}
        order = _order(fields)
        event = compose(
            delivery,
            fields.get("event") or ("order.updated" if order else "lead.updated"),
            region=source.region,
            customer=_customer(fields),
            order=order,
            form={"fields": {name: value for name, value in sent.items() if _folded(name) != "event"}},
            utm=_utm(fields),
            raw=sent,
        )
        return (event,)


def _sent(delivery: Delivery) -> Iterator[Pair]:
    """The parameters of the query; those of a body that is a form or JSON count below them. Raises Unreadable."""
    # A query that is not percent-encoded arrives byte by byte.
    query = delivery.query
    pairs = read_pairs(encodable(query if query.isascii() else decode_text(query.encode("latin-1", "replace"))))
    try:
        body = as_mapping(read_body(delivery.body, delivery.headers.get("content-type", "")).tree)
    except Unreadable:
        if not pairs:
            raise
        body = {}
    if not pairs and not body:
        raise Unreadable(
            Text(
                "В адресе нет ни одного параметра, кроме ключа: впишите переменные GetCourse в адрес.",
                "The address has no parameter but the key: write GetCourse's variables into it.",
            )
        )
    yield from ((name, value) for name, value in body.items() if isinstance(value, str))
    yield from pairs


def _filled(value: str) -> str:
    """The text without the variables that GetCourse could not fill in."""
    return _VARIABLE.sub("", value).strip() if "{" in value else value.strip()


def _folded(name: str) -> str:
    return _JOINT.sub("_", name.strip().strip("{}").lower())


def _order(fields: Mapping[str, str]) -> dict[str, Any] | None:
    """The order, raw; an id alone may be anybody's, so it makes no order."""
    number, total, items = (_first(fields, names) for names in (NUMBER_NAMES, TOTAL_NAMES, ITEM_NAMES))
    id_, status = _first(fields, ID_NAMES), _first(fields, STATUS_NAMES)
    if not (number or total or items or (id_ and status)):
        return None
    paid = flag_of(fields.get("paid"))
    return {
        "id": id_,
        "number": number or id_,
        "status": status,
        "total": total,
        "currency": fields.get("currency") or _currency(fields),
        "paid": True if paid is None and (status or "").casefold().replace("ё", "е") in PAID_STATUSES else paid,
        "coupon": fields.get("promocode") or fields.get("coupon"),
        "comment": fields.get("comment"),
        "items": [items] if items else None,
    }


def _first(fields: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((fields[name] for name in names if name in fields), None)


def _currency(fields: Mapping[str, str]) -> str | None:
    """The currency that stands behind a sum ("1 000 руб.")."""
    written = " ".join(fields[name].lower() for name in TOTAL_NAMES if name in fields)
    return next((code for sign, code in CURRENCIES.items() if sign in written), None)


def _customer(fields: Mapping[str, str]) -> dict[str, Any]:
    plain = {_without(name, CUSTOMER_PREFIXES): value for name, value in fields.items()}
    return {"id": _first(fields, ("user_id", "object_user_id", "client_id"))} | customer_of(known_answers(plain))


def _without(name: str, prefixes: tuple[str, ...]) -> str:
    return next((name.removeprefix(prefix) for prefix in prefixes if name.startswith(prefix)), name)


def _utm(fields: Mapping[str, str]) -> Utm | None:
    """`utm_source`..., then those of one origin after another (deal_utm_source, user_create_session_utm_source...)."""
    origins: dict[str, dict[str, str]] = {"": {}}
    for name, value in fields.items():
        found = _UTM.fullmatch(name)
        if found:
            origins.setdefault(found[1] or "", {})[found[2]] = value
    return first_of(*map(utm_from_mapping, origins.values()))
