"""RetailCRM: an HTTP request of a trigger, with what its administrator wrote into it.

RetailCRM has no fixed webhook, so the documents give a recipe: `event`, `id`, `number`, `phone`, `email`, `first_name`,
`last_name`, `status`, `total`, `utm_source`..., as a query, a form or JSON. Names are taken in any spelling (firstName,
first_name), those of RetailCRM's API too (totalSumm, source.source), at the top or within `order` and `customer`. What
still is a template ("{{ order.phone }}") is as good as empty.

Event types: `event` as written, if it is one of ours; usual other words for it (order.status, order_create) become
ours. Without `event`, order.updated when there is anything of an order, else customer.updated.
Whether RetailCRM repeats a request, and how long it waits for an answer, is not documented.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import EVENT_TYPES, Event, Utm
from processor.domain.source import Source
from processor.domain.utm import first_of, utm_from_mapping, utm_from_query
from processor.errors import Unreadable
from processor.sources.body import as_mapping, read_body, read_json
from processor.sources.compose import compose, first_text, full_name
from processor.sources.form import nest
from processor.sources.keep import scrub
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import Keyed, key_names, pairs_of_query, presented_tokens
from processor.sources.part import part_of
from processor.sources.scalar import line_of, moment_of, number_of
from processor.sources.token import KEYS_COMPARED_MAX, is_known, named_in, require_known
from processor.sources.visitor import gathered
from processor.text import Text

WORDS: Final[Mapping[str, str]] = {
    word: event
    for event, words in {
        "order.created": "order.create order.new order.add new.order",
        "order.updated": "order.update order.status order.change order.edit order.status.changed",
        "order.paid": "order.payment order.paid payment",
        "order.cancelled": "order.cancel order.canceled",
        "order.refunded": "order.refund order.return",
        "customer.created": "customer.create customer.new client.create client.created",
        "customer.updated": "customer.update customer.change client.update client.updated",
    }.items()
    for word in words.split()
}
# Where a value may stand, by names in lower case without signs; the first that has one wins.
ID: Final = ("id", "orderid", "externalid")
NUMBER: Final = ("number", "ordernumber", "id", "orderid")
STATUS: Final = ("status", "orderstatus", "statuscode")
TOTAL: Final = ("total", "totalsumm", "totalsum", "summ", "sum", "amount")
CUSTOMER_ID: Final = ("customerid", "clientid")
PHONES: Final = ("phone", "additionalphone", "customerphone", "tel")
EMAILS: Final = ("email", "customeremail", "mail")
COMMENT: Final = ("comment", "customercomment")
PAID: Final = ("paid", "ispaid", "fullpaid", "paymentstatus")
HAPPENED: Final = ("occurredat", "at", "statusupdatedat", "updatedat")
ORDER_SIGNS: Final = frozenset({*ID, *NUMBER, *STATUS, *TOTAL, "items"})
SOURCE_MARKS: Final = {
    "source": "source",
    "medium": "medium",
    "campaign": "campaign",
    "keyword": "term",
    "content": "content",
}
LEVELS: Final = ("order", "customer", "contact")
NAMES_MAX: Final = 300
KEY_BODY_BYTES_MAX: Final = 256 * 1024
WHERE: Final = Text(
    "в адресе (?token=…), в заголовке Authorization (Bearer или Basic) или X-Token или среди параметров (token)",
    "in the address (?token=…), the header Authorization (Bearer or Basic) or X-Token, or the parameters (token)",
)

_SIGNS = re.compile(r"[\s_.\-]+")


class RetailCrm(Keyed):
    """A trigger of RetailCRM that sends an HTTP request; it hears 200."""

    name = "retailcrm"
    methods = ("POST", "PUT", "GET")
    queued_status = 200

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """The token may be one of the parameters too, where a trigger's author puts it. Raises ProofRefused.

        A stranger's body is read only up to KEY_BODY_BYTES_MAX, so that it costs little.
        """
        presented = presented_tokens(inbound, source)
        if not is_known(presented[:KEYS_COMPARED_MAX], source.keys) and len(inbound.body) <= KEY_BODY_BYTES_MAX:
            presented = (*_tokens_within(inbound, source), *presented)
        require_known(presented, source.keys, WHERE)

    def delivery_key(self, inbound: Inbound, source: Source) -> str:
        """A digest of method, query and body: the recipe has no id of a delivery.

        So an order that comes back to an earlier status with nothing else changed is taken for a repetition, unless the
        request says when it happened: the recipe has `at` for it.
        """
        query = self.kept_query(inbound, source)
        return write_key("digest", digested=(octets_of(inbound.method), octets_of(query), inbound.body))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        tree = scrub(_read(delivery), source.keys)
        flat = _flat(tree)
        return (
            compose(
                delivery,
                _type(flat),
                region=source.region,
                customer=_customer(flat),
                order=_order(flat),
                utm=_utm(tree, flat),
                occurred_at=moment_of(_find(flat, HAPPENED), source.timezone),
                raw=tree,
            ),
        )


def _tokens_within(inbound: Inbound, source: Source) -> tuple[str, ...]:
    """What may be our token among the parameters of a body; an unreadable one has none."""
    try:
        tree = as_mapping(read_body(inbound.body, inbound.headers.get("content-type", "")).tree)
    except Unreadable:
        return ()
    return named_in(tree.items(), key_names(source))


def _read(delivery: Delivery) -> dict[str, Any]:
    """The body's fields over the query's. Raises Unreadable when there is neither."""
    body = read_body(delivery.body, delivery.headers.get("content-type", ""))
    tree = {**nest(pairs_of_query(delivery.query)), **as_mapping(body.tree)}
    if not tree:
        raise Unreadable(
            Text(
                "Запрос пуст: впишите в триггер параметры, как в docs/ru/sources/retailcrm.md.",
                "The request is empty: write parameters into the trigger, as in docs/sources/retailcrm.md.",
            )
        )
    return tree


def _flat(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Every value by its name in lower case without signs, the top first, then what is nested in LEVELS."""
    flat: dict[str, Any] = {}
    for owner, level in _levels(tree):
        for (name, value), _ in zip(level.items(), range(NAMES_MAX), strict=False):
            plain = _SIGNS.sub("", name).lower()
            if owner == "customer" and plain == "id":
                plain = "customerid"
            if not _is_empty(value):
                flat.setdefault(plain, value)
    return flat


def _levels(tree: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "", tree
    order = part_of(tree, "order")
    yield "order", order
    for name in LEVELS[1:]:
        yield "customer", part_of(tree, name)
        yield "customer", part_of(order, name)


def _is_empty(value: Any) -> bool:
    """Nothing, or a template that RetailCRM did not fill in."""
    return value is None or (isinstance(value, str) and (not value.strip() or "{{" in value or "{%" in value))


def _find(flat: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((flat[name] for name in names if name in flat), None)


def _code_of(value: Any) -> Any:
    """A dictionary's entry ({code, name}) by its code."""
    return first_text(value.get("code"), value.get("name")) if isinstance(value, dict) else value


def _type(flat: Mapping[str, Any]) -> str:
    told = line_of(_find(flat, ("event", "type")))
    if told is None:
        return "order.updated" if ORDER_SIGNS & flat.keys() else "customer.updated"
    word = _SIGNS.sub(".", told).lower()
    return word if word in EVENT_TYPES else WORDS.get(word, told)


def _customer(flat: Mapping[str, Any]) -> dict[str, Any]:
    first, last, middle = (line_of(flat.get(name)) for name in ("firstname", "lastname", "patronymic"))
    address = part_of(part_of(flat, "delivery"), "address")
    whole = flat.get("address")
    place = whole if isinstance(whole, dict) else address
    return {
        "id": _find(flat, CUSTOMER_ID),
        "name": first_text(flat.get("name"), flat.get("fullname")) or full_name(first, last, middle),
        "first_name": first,
        "last_name": last,
        "phone": gathered(*(flat.get(name) for name in PHONES)),
        "email": gathered(*(flat.get(name) for name in EMAILS)),
        "city": first_text(flat.get("city"), place.get("city")),
        "address": first_text(whole, place.get("text")),
    }


def _order(flat: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": _find(flat, ID),
        "number": _find(flat, NUMBER),
        "status": _code_of(_find(flat, STATUS)),
        "total": next((flat[name] for name in TOTAL if number_of(flat.get(name)) is not None), None),
        "currency": flat.get("currency"),
        "paid": _code_of(_find(flat, PAID)),
        "comment": _find(flat, COMMENT),
        "items": _items(flat.get("items")),
    }


def _items(items: Any) -> Any:
    """A list, a JSON text of one, or names one a line."""
    if isinstance(items, str):
        if not items.lstrip().startswith("["):
            return items.splitlines()
        try:
            items = read_json(items)
        except Unreadable:
            return ()
    return [_item(line) for line in items] if isinstance(items, list) else ()


def _item(line: Any) -> Any:
    if not isinstance(line, dict):
        return line
    offer = part_of(line, "offer")
    return {
        "name": first_text(line.get("productName"), line.get("name"), offer.get("displayName"), offer.get("name")),
        "sku": first_text(line.get("sku"), line.get("article"), offer.get("article")),
        "quantity": line.get("quantity"),
        "price": next(
            (line[name] for name in ("price", "initialPrice") if number_of(line.get(name)) is not None), None
        ),
    }


def _utm(tree: Mapping[str, Any], flat: Mapping[str, Any]) -> Utm | None:
    """Marks by their own names, then the order's source as RetailCRM keeps it, then an address given along."""
    source = flat.get("source")
    kept = (
        {f"utm_{ours}": source.get(theirs) for theirs, ours in SOURCE_MARKS.items()} if isinstance(source, dict) else {}
    )
    plain = {name: value for name, value in tree.items() if not _is_empty(value)}
    if "utmkeyword" in flat:
        plain.setdefault("utm_term", flat["utmkeyword"])
    address = first_text(*(flat.get(name) for name in ("url", "page", "landing", "referer")))
    return first_of(
        utm_from_mapping(plain),
        utm_from_mapping(kept),
        utm_from_query(address) if address else None,
    )
