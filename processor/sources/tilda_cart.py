"""A Tilda cart: the field `payment`, which is nested, a JSON text, or absent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from processor.domain.event import Item
from processor.sources.body import read_json
from processor.sources.compose import first_text
from processor.sources.scalar import flag_of, line_of, number_of

PRODUCT_CHARACTERS_MAX: Final = 500
PRODUCTS_MAX: Final = 500

_PRODUCT = re.compile(
    r"(?P<name>.*?)\s*-\s*(?P<quantity>[0-9.,]+)\s*[xх×]\s*(?P<price>[0-9][0-9.,\s]*)(?:=.*)?", re.DOTALL
)


def payment_of(tree: Mapping[str, Any]) -> dict[str, Any]:
    """The payment, be it nested or a JSON text; empty when there is none. Raises Unreadable."""
    payment = tree.get("payment")
    if isinstance(payment, str) and payment.lstrip().startswith("{"):
        payment = read_json(payment)
    return payment if isinstance(payment, dict) else {}


def is_paid(payment: Mapping[str, Any], tree: Mapping[str, Any]) -> bool:
    """Whether the order is paid: by the payment system's id, or because a status says so."""
    transaction = line_of(payment.get("systranid"))
    if transaction and transaction != "0":
        return True
    said = (payment.get("paid"), payment.get("status"), payment.get("payment_status"), tree.get("paymentstatus"))
    return bool(payment) and any(flag_of(word) is True for word in said)


def order_draft(
    tree: Mapping[str, Any], payment: Mapping[str, Any], known: Mapping[str, Any], paid: bool
) -> dict[str, Any]:
    """The order, raw; `known` are the visitor's answers by their meaning."""
    return {
        "id": payment.get("orderid"),
        "number": payment.get("orderid"),
        "total": _first_number(payment, "amount", "subtotal"),
        "currency": payment.get("currency"),
        "paid": paid,
        "coupon": first_text(payment.get("promocode"), tree.get("promocode")),
        "comment": first_text(payment.get("delivery_comment"), known.get("comment")),
        "items": _products(payment.get("products")),
    }


def payment_draft(tree: Mapping[str, Any], payment: Mapping[str, Any], paid: bool) -> dict[str, Any]:
    """The payment, raw."""
    transaction = line_of(payment.get("systranid"))
    return {
        "id": None if transaction == "0" else transaction,
        "status": "paid" if paid else "unpaid",
        "amount": _first_number(payment, "amount", "subtotal"),
        "currency": payment.get("currency"),
        "method": first_text(payment.get("sys"), tree.get("paymentsystem")),
    }


def _first_number(payment: Mapping[str, Any], *names: str) -> Any:
    return next((payment[name] for name in names if number_of(payment.get(name)) is not None), None)


def _products(products: Any) -> list[Any]:
    """Products as mappings, or as the legacy texts "Name - 1x5000 = 5000"."""
    lines = list(products.values()) if isinstance(products, dict) else products
    if not isinstance(lines, list):
        return []
    return [_product(line) if isinstance(line, str) else line for line in lines[:PRODUCTS_MAX]]


def _product(line: str) -> Item | str:
    found = _PRODUCT.fullmatch(line[:PRODUCT_CHARACTERS_MAX].strip())
    if not found:
        return line
    return Item(name=line_of(found["name"]), quantity=number_of(found["quantity"]), price=number_of(found["price"]))
