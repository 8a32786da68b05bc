"""CloudPayments: signed notifications, one address for each kind, which the body does not name.

Event types. The kind stands in the address that is given to CloudPayments (`?event=pay`): a payment that is completed
is payment.succeeded, one whose money is only held is payment.authorized, and payment.succeeded comes when it is
confirmed (`confirm`); fail is payment.failed, refund payment.refunded, cancel payment.cancelled; check, recurrent and
any other keep their own names. Without a kind the shape tells; a `check` cannot be told from every `pay` so, and what
does not show a bank's answer counts as a check. A test (TestMode 1) has `test.` before its type.
The buyer's phone and the campaign are what the shop wrote into `Data`, a JSON text, under any usual name; then the
receipt of CloudPayments' own within it. `AccountId` counts when it is an e-mail. The cardholder's name is not taken for
the customer's: it is in `raw.Name`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from processor.domain.delivery import Answer, Delivery, Inbound
from processor.domain.event import Event
from processor.domain.source import Source
from processor.errors import Unreadable
from processor.sources.body import as_mapping, read_body, read_json
from processor.sources.compose import compose, first_text
from processor.sources.form import nest
from processor.sources.keep import scrub
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import pairs_of_query, parameter_of
from processor.sources.metadata import told_by
from processor.sources.part import rows_of
from processor.sources.preset import Preset
from processor.sources.scalar import flag_of, line_of, moment_of
from processor.sources.signature import is_written, require_signature, sign
from processor.sources.trial import trial_of
from processor.sources.visitor import gathered

RAW_HEADER: Final = "content-hmac"
DECODED_HEADER: Final = "x-content-hmac"
DECODED_BYTES_MAX: Final = 64 * 1024  # its bodies are of some kilobytes; a stranger must not buy work with a large one

TYPES: Final[Mapping[str, str]] = {
    "pay": "payment.succeeded",
    "confirm": "payment.succeeded",
    "fail": "payment.failed",
    "refund": "payment.refunded",
    "cancel": "payment.cancelled",
}
AUTHORIZED: Final = "authorized"
# What only a bank's answer brings, so that it is more than the question whether to take a payment.
ANSWERED: Final = frozenset({"AuthCode", "GatewayName", "Rrn", "TotalFee"})
SALES: Final = frozenset({"pay", "confirm"})
OUR_PARAMETERS: Final = ("event", "topic")

OK: Final = Answer(200, b'{"code":0}')

_OURS = re.compile(r"(?:^|&)(?:event|topic)=[^&]*", re.IGNORECASE)


class CloudPayments(Preset):
    """CloudPayments' notifications. Whatever we did with one, it must hear 200 and `{"code":0}`."""

    name = "cloudpayments"
    methods = ("POST", "GET")
    queued_status = 200

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """Content-HMAC signs the message as it came, X-Content-HMAC the same decoded; either proves it.

        The message is the body, or the query of a GET; whether what we put into the address (`event=pay`) is signed
        with a GET's query is not documented, so both are tried. Raises ProofRefused.
        """
        given = [inbound.headers.get(name, "").strip() for name in (RAW_HEADER, DECODED_HEADER)]
        for message in _messages(inbound):
            for secret in source.secrets:
                digest = sign(secret, message)
                if secret and any(is_written(one, digest, "base64") for one in given):
                    return
        require_signature(given[0] or given[1], source.secrets, _message(inbound), header="Content-HMAC")

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """The kind and the transaction's id, and its status: what happens once.

        A subscription has no transaction, and changes: the whole request tells it.
        """
        try:
            tree = _fields(inbound.method, inbound.query, inbound.body, inbound.headers.get("content-type", ""))
        except Unreadable:
            tree = {}
        kind = _kind(inbound.query, tree)
        id_, status = line_of(tree.get("TransactionId")), line_of(tree.get("Status")) or ""
        if id_ is None:
            return write_key(kind, digested=(b"whole", octets_of(inbound.query), inbound.body))
        return write_key(kind, id_, status, digested=tuple(map(octets_of, (kind, id_, status, "id"))))

    def answer(self, status: str, inbound: Inbound) -> Answer | None:  # noqa: ARG002
        """Zero is "taken" here; any other answer would refuse the payment or have it sent again."""
        return OK

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        content_type = delivery.headers.get("content-type", "")
        tree = scrub(_fields(delivery.method, delivery.query, delivery.body, content_type), source.keys)
        data = scrub(_data(tree), source.keys)  # a JSON text may have written a key with escapes
        kind = line_of(scrub(_kind(delivery.query, tree), source.keys)) or "unknown"
        event = _type(kind, tree)
        told = told_by(data)
        receipt = _receipt(data)
        return (
            compose(
                delivery,
                trial_of(event, test=flag_of(tree.get("TestMode")) is True),
                region=source.region,
                customer=told.customer | _contacts(tree, told.customer, receipt),
                order=_order(tree, told.order, receipt, event),
                payment={
                    "id": first_text(tree.get("PaymentTransactionId"), tree.get("TransactionId"), tree.get("Id")),
                    "status": first_text(tree.get("Status"), tree.get("Reason")),
                    "amount": first_text(tree.get("Amount"), tree.get("PaymentAmount")),
                    "currency": first_text(tree.get("Currency"), tree.get("PaymentCurrency")),
                    "method": first_text(tree.get("PaymentMethod"), tree.get("CardType")),
                },
                utm=told.utm,
                occurred_at=moment_of(tree.get("DateTime")),
                raw=tree | {"Data": data} if data else tree,
            ),
        )


def _message(inbound: Inbound) -> bytes:
    return octets_of(inbound.query) if inbound.method == "GET" else inbound.body


def _messages(inbound: Inbound) -> Iterator[bytes]:
    """What may have been signed, the likeliest first."""
    whole = _message(inbound)
    spoken = [whole]
    if inbound.method == "GET":
        spoken.append(octets_of(_OURS.sub("", inbound.query).removeprefix("&")))
    for message in spoken:
        yield message
        if len(message) <= DECODED_BYTES_MAX and (b"%" in message or b"+" in message):
            yield unquote_to_bytes(message.replace(b"+", b" "))
            yield unquote_to_bytes(message)


def _fields(method: str, query: str, body: bytes, content_type: str) -> dict[str, Any]:
    """The notification's own fields. Raises Unreadable."""
    if method == "GET":
        pairs = [pair for pair in pairs_of_query(query) if pair[0].lower() not in OUR_PARAMETERS]
        return nest(pairs)
    return as_mapping(read_body(body, content_type).tree)


def _kind(query: str, tree: Mapping[str, Any]) -> str:
    """What the address says; but a sale it may only call what the signed body does not call a failure or a refund."""
    seen = _kind_by_shape(tree)
    told = (parameter_of(query, *OUR_PARAMETERS) or seen).lower()
    return seen if told in SALES and seen in ("fail", "refund") else told


def _kind_by_shape(tree: Mapping[str, Any]) -> str:
    if "TransactionId" not in tree:
        return "recurrent" if "Interval" in tree or "StartDate" in tree else "unknown"
    if line_of(tree.get("PaymentTransactionId")) or tree.get("OperationType") == "Refund":
        return "refund"
    if (line_of(tree.get("ReasonCode")) or "0") != "0" or tree.get("Status") == "Declined":
        return "fail"
    if "Status" not in tree:
        return "cancel"
    return "pay" if any(line_of(tree.get(name)) for name in ANSWERED) else "check"


def _type(kind: str, tree: Mapping[str, Any]) -> str:
    if kind == "pay" and (line_of(tree.get("Status")) or "").lower() == AUTHORIZED:
        return "payment.authorized"
    return TYPES.get(kind, kind)


def _data(tree: Mapping[str, Any]) -> dict[str, Any]:
    """`Data` (or `CustomFields`), a JSON text or nested; empty when it cannot be read."""
    for name in ("Data", "JsonData", "CustomFields"):
        data = tree.get(name)
        if isinstance(data, str) and data.lstrip().startswith("{"):
            try:
                data = read_json(data)
            except Unreadable:
                continue
        if isinstance(data, dict) and data:
            return data
    return {}


def _receipt(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """CloudPayments' own receipt within `Data`: {"cloudPayments": {"customerReceipt": {...}}}, in any case."""
    own = next((value for name, value in data.items() if name.lower() == "cloudpayments"), None)
    if not isinstance(own, dict):
        return {}
    found = next((value for name, value in own.items() if name.lower() == "customerreceipt"), None)
    return found if isinstance(found, dict) else {}


def _contacts(tree: Mapping[str, Any], told: Mapping[str, Any], receipt: Mapping[str, Any]) -> dict[str, Any]:
    account = line_of(tree.get("AccountId"))
    return {
        "id": account,
        "phone": gathered(told.get("phone"), receipt.get("phone"), tree.get("Phone"), tree.get("PayerPhone")),
        "email": gathered(tree.get("Email"), told.get("email"), receipt.get("email"), account),
    }


def _order(tree: Mapping[str, Any], told: str | None, receipt: Mapping[str, Any], event: str) -> dict[str, Any] | None:
    number = first_text(tree.get("InvoiceId"), told)
    if number is None:
        return None
    items = rows_of(receipt, "Items") or rows_of(receipt, "items")
    return {
        "id": number,
        "number": number,
        "paid": True if event == "payment.succeeded" else None,
        "items": [{**line, "name": first_text(line.get("label"), line.get("name"))} for line in items],
    }
