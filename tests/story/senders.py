"""A shop and a landing page, as they send their webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from tests.harness.deliveries import tilda_cookies, tilda_form, woo_headers, woo_order
from tests.harness.line import Line

SHOP_SECRET, TILDA_KEY = "demo-shop-secret", "demo-tilda-key"


class Shop:
    """A WooCommerce shop; it signs with the secret that the example rules expect."""

    def __init__(self, line: Line, secret: str = SHOP_SECRET) -> None:
        self._address = f"{line.url}/hooks/shop"
        self._secret = secret

    def sends(self, topic: str = "order.created", **order: Any) -> httpx.Response:
        """Send a signed order; `order` changes what tests/harness/deliveries.woo_order writes."""
        body = woo_order(**order)
        return httpx.post(self._address, content=body, headers=woo_headers(body, self._secret, topic), timeout=20)


class Landing:
    """A page on Tilda; it sends the key that the example rules expect as a field of the form."""

    def __init__(self, line: Line, key: str = TILDA_KEY) -> None:
        self._address = f"{line.url}/hooks/landing"
        self._key = key

    def sends(self, fields: Mapping[str, Any], *, utm_cookie: str = "") -> httpx.Response:
        """Send a filled form; `utm_cookie` is what Tilda remembered of the advertisement."""
        cookies = {"COOKIES": tilda_cookies(utm_cookie)} if utm_cookie else {}
        body, headers = tilda_form({**fields, **cookies}, key=self._key)
        return httpx.post(self._address, content=body, headers=headers, timeout=20)

    def sends_test(self) -> httpx.Response:
        """Tilda's first request to a new address."""
        return httpx.post(self._address, data={"test": "test"}, timeout=20)
