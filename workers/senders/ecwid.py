"""Ecwid's API, version 3: a token opens one store."""

from __future__ import annotations

from typing import Any, Final

from processor.domain.delivery import Want
from processor.domain.source import Api
from workers.senders.answer import Ask, Result, below, plain_read

ADDRESS: Final = "https://app.ecwid.com/api/v3"
PATHS: Final = {"order": "orders", "customer": "customers", "cart": "carts"}


class EcwidApi:
    """Orders, customers and carts. The store of a delivery is not signed: the token opens its own store only."""

    calls_per_s = 5.0

    def ask(self, want: Want, api: Api) -> Ask | None:
        """GET with the token as Bearer; a want is `store/id`."""
        store, _, id = want.id.partition("/")
        if not api.token or want.kind not in PATHS:
            return None
        headers = {"Authorization": f"Bearer {api.token.strip()}"}
        return Ask("GET", below(api.url or below(ADDRESS, store), PATHS[want.kind], id), headers)

    def read(self, want: Want, status: int, tree: Any) -> Result:
        """The document itself."""
        return plain_read(want, status, tree)
