"""Prodamus: signed forms of payments and subscriptions.

Event types, by `payment_status`: success is payment.succeeded; order_canceled, order_denied and other words of failing
payment.failed; refund... payment.refunded; an unknown word `payment.<word>`. A notification of a subscription has no
status: a charge is payment.succeeded, or payment.failed with an `error_code`; anything else is
`subscription.<word>` (subscription.deactivation, subscription.finish, subscription.auto_payment_reminder).
While the payment page is in its test mode, Prodamus is said to sign with the secret and "demo" after it: such
a request is refused, and the refusal says so, for no money has moved.
How PHP's JSON writes Cyrillic letters in what is signed is not documented; both ways are tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event
from processor.domain.source import Source
from processor.domain.utm import first_of, utm_from_mapping
from processor.errors import ProofRefused, Unreadable
from processor.sources.body import as_mapping, read_body
from processor.sources.compose import compose, first_text
from processor.sources.keep import scrub
from processor.sources.key import write_key
from processor.sources.metadata import told_by
from processor.sources.part import part_of
from processor.sources.preset import Preset
from processor.sources.prodamus_sign import signed_messages
from processor.sources.scalar import line_of, moment_of
from processor.sources.signature import is_written, require_signature, sign, signature_missing
from processor.sources.token import not_configured
from processor.text import Text

SIGN: Final = "sign"
PROVEN_BYTES_MAX: Final = 256 * 1024  # a stranger's body is read before it is proven; these are of some kilobytes
BODIES_REMEMBERED_MAX: Final = 2
DEMO: Final = "demo"

SUCCEEDED: Final = "success"
FAILED: Final = frozenset(
    [
        "order_canceled",
        "order_cancelled",
        "order_denied",
        "canceled",
        "cancelled",
        "denied",
        "fail",
        "failed",
        "error",
        "rejected",
        "declined",
    ]
)
REFUND: Final = ("refund", "order_refund")
CHARGE: Final = "auto_payment"
PARAMETER: Final = "_param_"  # before the names of what the shop sent along


class Prodamus(Preset):
    """Prodamus' notifications. It repeats one until it hears 200."""

    name = "prodamus"
    methods = ("POST",)
    queued_status = 200

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """`Sign` (a header, or a field) is the hex of the HMAC-SHA256 of the sorted fields. Raises ProofRefused."""
        secrets = [secret for secret in source.secrets if secret]
        if not secrets:
            raise not_configured()
        tree = _read_once(inbound.body, inbound.headers.get("content-type", ""))
        given = inbound.headers.get(SIGN, "").strip() or _signature_in(tree)
        if not given:
            raise signature_missing("Sign")
        messages = tuple(signed_messages({name: tree[name] for name in tree if name.lower() != SIGN}))
        if any(_is_signed(given, secret, message) for secret in secrets for message in messages):
            return
        if any(_is_signed(given, secret + DEMO, message) for secret in secrets for message in messages):
            raise ProofRefused("signature_demo", TEST_MODE)
        require_signature(given, secrets, messages[0], header="Sign", encoding="hex")

    def delivery_key(self, inbound: Inbound, source: Source) -> str:  # noqa: ARG002
        """The order and its status to be read, a digest of all fields but `attempt` to decide.

        Prodamus counts its tries in `attempt`, so that a repetition differs by it and by nothing else.
        """
        tree = _read_once(inbound.body, inbound.headers.get("content-type", ""))
        order = first_text(tree.get("order_num"), tree.get("order_id"))
        if not tree:
            return write_key("body", digested=(b"body", inbound.body))
        told = {name: value for name, value in tree.items() if name.lower() not in (SIGN, "attempt")}
        (message, _) = signed_messages(told)
        return write_key(order or "", line_of(tree.get("payment_status")) or "", digested=(message,))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        sent = as_mapping(read_body(delivery.body, delivery.headers.get("content-type", "")).tree)
        tree = scrub({name: value for name, value in sent.items() if name.lower() != SIGN}, source.keys)
        event = _type(tree)
        told = told_by({name.removeprefix(PARAMETER): value for name, value in tree.items()})
        number = first_text(tree.get("order_num"), tree.get("order_id"))
        return (
            compose(
                delivery,
                event,
                region=source.region,
                customer=_customer(tree, told.customer),
                order={
                    "id": number,
                    "number": number,
                    "total": tree.get("sum"),
                    "currency": tree.get("currency"),
                    "paid": True if event == "payment.succeeded" else None,
                    "comment": tree.get("customer_extra"),
                    "items": tree.get("products"),
                },
                payment={
                    "id": tree.get("order_id"),
                    "status": first_text(tree.get("payment_status"), part_of(tree, "subscription").get("error_code")),
                    "amount": tree.get("sum"),
                    "currency": tree.get("currency"),
                    "method": tree.get("payment_type"),
                },
                utm=first_of(told.utm, utm_from_mapping(part_of(tree, "utm"), own_part=True)),
                occurred_at=moment_of(tree.get("date"), source.timezone),
                raw=tree,
            ),
        )


@lru_cache(maxsize=BODIES_REMEMBERED_MAX)
def _read_once(body: bytes, content_type: str) -> Mapping[str, Any]:
    """The fields for the questions at the door, to be changed by nobody; none of a body too large or unreadable."""
    if len(body) > PROVEN_BYTES_MAX:
        return {}
    try:
        return as_mapping(read_body(body, content_type).tree)
    except Unreadable:
        return {}


def _signature_in(tree: Mapping[str, Any]) -> str:
    return next((value for name, value in tree.items() if name.lower() == SIGN and isinstance(value, str)), "")


def _is_signed(given: str, secret: str, message: bytes) -> bool:
    return is_written(given, sign(secret, message), "hex")


def _type(tree: Mapping[str, Any]) -> str:
    status = (line_of(tree.get("payment_status")) or "").lower()
    if status == SUCCEEDED:
        return "payment.succeeded"
    if status.startswith(REFUND):
        return "payment.refunded"
    if status in FAILED:
        return "payment.failed"
    return f"payment.{status}" if status else _subscription_type(part_of(tree, "subscription"))


def _subscription_type(subscription: Mapping[str, Any]) -> str:
    if line_of(subscription.get("error_code")):
        return "payment.failed"
    action = line_of(subscription.get("action_code"))
    if action == CHARGE and subscription.get("type") != "notification":
        return "payment.succeeded"
    word = first_text(subscription.get("notification_code"), action)
    return f"subscription.{word}" if word else "unknown"


def _customer(tree: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    named = {
        "name": first_text(tree.get("customer_name"), tree.get("vk_user_name"), tree.get("tg_user_name")),
        "vk_id": tree.get("vk_user_id"),
        "telegram_id": tree.get("tg_user_id"),
    }
    return {name: value for name, value in named.items() if value} | dict(told)


TEST_MODE: Final = Text(
    "Подпись подошла бы с «demo» после секрета: платёжная страница Prodamus в тестовом режиме, и денег не было.",
    'The signature would fit with "demo" after the secret: the Prodamus page is in test mode, and no money moved.',
)
