"""Whatever stands in a field of a shop's or a payment service's delivery, it is read or called unreadable."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processor.domain.source import Source
from tests.harness.deliveries_payments import (
    cloudpayments_fields,
    prodamus_fields,
    stripe_event,
    stripe_session,
    yookassa_body,
)
from tests.harness.deliveries_shops import as_rails_xml, insales_order, retailcrm_fields, shopify_order
from tests.sources.asking import inbound
from tests.sources.test_hostile import TOKEN, TREES, ask_everything

DELIVERIES: dict[str, Mapping[str, Any]] = {
    "insales": insales_order(order_changes=[{"action": "financial_status_changed", "value_is": "paid"}]),
    "shopify": shopify_order(),
    "retailcrm": {"event": "order.status", "order": retailcrm_fields(), "source": {}, "items": []},
    "yookassa": json.loads(yookassa_body()),
    "cloudpayments": cloudpayments_fields(Data={"phone": "1", "cloudPayments": {"customerReceipt": {"Items": []}}}),
    "prodamus": prodamus_fields(subscription={"action_code": "auto_payment"}),
    "stripe": json.loads(stripe_event("checkout.session.completed", stripe_session(line_items={"data": []}))),
}


def _places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a tree, deep ones too."""
    inner = tree.items() if isinstance(tree, Mapping) else enumerate(tree) if isinstance(tree, list) else ()
    return [place for step, part in inner for place in ((*path, step), *_places(part, (*path, step)))]


def _put(tree: Any, path: tuple[Any, ...], value: Any) -> None:
    for step in path[:-1]:
        tree = tree[step]
    tree[path[-1]] = value


@pytest.mark.parametrize("preset", DELIVERIES)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_value_in_a_delivery_is_survived(preset: str, data: st.DataObject) -> None:
    """Fields of wrong types, at any depth."""
    tree = json.loads(json.dumps(DELIVERIES[preset]))
    _put(tree, data.draw(st.sampled_from(_places(tree))), data.draw(TREES))
    source = Source("s", preset, secrets=("secret-value-1",), tokens=(TOKEN,))
    ask_everything(inbound(json.dumps(tree).encode(), {"x-shopify-topic": "orders/paid"}), source)


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=0, max_value=3000), st.binary(max_size=6))
def test_mangled_xml_is_survived(at: int, noise: bytes) -> None:
    """Some bytes of an order overwritten."""
    body = as_rails_xml("order", DELIVERIES["insales"])
    mangled = body[:at] + noise + body[at + len(noise) :]
    ask_everything(inbound(mangled, {}, f"topic=orders/create&token={TOKEN}"), Source("s", "insales", tokens=(TOKEN,)))
