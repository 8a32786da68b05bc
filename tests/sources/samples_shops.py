"""Good deliveries of shops."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.harness.deliveries_shops import (
    as_json,
    as_rails_xml,
    insales_client,
    insales_order,
    retailcrm_fields,
    shopify_headers,
    shopify_order,
)
from tests.sources.sample import SECRET, TOKEN, Sample, request, signed, with_parameter

JSON = {"content-type": "application/json"}


def insales() -> Sample:
    """An order, the same as XML, a client."""
    good = (
        request(as_json(insales_order()), JSON, "topic=orders/create"),
        request(as_rails_xml("order", insales_order()), {"content-type": "application/xml"}, "topic=orders/update"),
        request(as_json(insales_client()), JSON, "topic=client/create"),
    )
    return Sample(f"{{preset: insales, token: {TOKEN}}}", good, with_parameter("token", TOKEN))


def shopify() -> Sample:
    """An order, under both families of headers' names."""
    order = as_json(shopify_order())
    good = (
        request(order, shopify_headers(order, SECRET)),
        request(order, shopify_headers(order, SECRET, "orders/updated", prefix="", id="b54557e4-0002")),
    )
    names = ("x-shopify-hmac-sha256", "shopify-hmac-sha256")

    def proof(body: bytes, _: int) -> dict[str, str]:
        return dict.fromkeys(names, shopify_headers(body, SECRET)[names[0]])

    return Sample(f"{{preset: shopify, secret: {SECRET}}}", good, signed(proof))


def retailcrm() -> Sample:
    """Our recipe as a form, as JSON, as a bare address."""
    form = urlencode(retailcrm_fields())
    good = (request(form.encode()), request(as_json(retailcrm_fields()), JSON), request(b"", {}, form, "GET"))
    return Sample(f"{{preset: retailcrm, token: {TOKEN}}}", good, with_parameter("token", TOKEN))
