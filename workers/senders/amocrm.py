"""amoCRM's API, version 4: the account's address is `api.url`, a long-lived token opens it."""

from __future__ import annotations

from typing import Any

from processor.domain.delivery import Want
from processor.domain.source import Api
from workers.senders.answer import Ask, Result, below, plain_read


class AmoCrmApi:
    """A lead with the ids of its contacts, and a contact."""

    calls_per_s = 7.0

    def ask(self, want: Want, api: Api) -> Ask | None:
        """GET with the token as Bearer."""
        if not api.url or not api.token:
            return None
        headers = {"Authorization": f"Bearer {api.token.strip()}"}
        root = below(api.url, "api", "v4")
        if want.kind == "lead":
            return Ask("GET", below(root, "leads", want.id) + "?with=contacts", headers)
        return Ask("GET", below(root, "contacts", want.id), headers)

    def read(self, want: Want, status: int, tree: Any) -> Result:
        """The document itself; 204 is nobody."""
        return plain_read(want, status, tree)
