"""pretix's API, version 1: `api.url` is where it runs, a team's token opens it."""

from __future__ import annotations

from typing import Any, Final

from processor.domain.delivery import Want
from processor.domain.source import Api
from workers.senders.answer import Ask, Result, Told, below, plain_read

# Whoever holds one of these enters the event or changes the order.
SECRETS: Final = frozenset({"secret", "url", "downloads", "pdf_data", "web_secret", "internal_secret"})


class PretixApi:
    """An order, without the secrets of its tickets."""

    calls_per_s = 5.0

    def ask(self, want: Want, api: Api) -> Ask | None:
        """GET with the team's token; a want is `organizer/event/code`."""
        parts = want.id.split("/")
        if not api.url or not api.token or len(parts) != 3:
            return None
        organizer, event, code = parts
        root = below(api.url.rstrip("/").removesuffix("/api/v1"), "api", "v1")
        url = below(root, "organizers", organizer, "events", event, "orders", code) + "/"
        return Ask("GET", url, {"Authorization": f"Token {api.token.strip()}"})

    def read(self, want: Want, status: int, tree: Any) -> Result:
        """The document without secrets."""
        told = plain_read(want, status, tree)
        if not isinstance(told, Told):
            return told
        return Told({key: _without_secrets(found) for key, found in told.documents.items()})


def _without_secrets(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {name: _without_secrets(value) for name, value in tree.items() if name not in SECRETS}
    return [_without_secrets(value) for value in tree] if isinstance(tree, list) else tree
