"""What a thin delivery leaves out: what is wanted of the sender's API, and what it has told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from processor.domain.delivery import Delivery, Want

# One delivery may not ask for more: it would hold the sender's API for everybody else.
WANTS_MAX: Final = 50


def bounded(wants: Iterable[Want]) -> tuple[Want, ...]:
    """Each want once, at most WANTS_MAX of them."""
    return tuple(dict.fromkeys(wants))[:WANTS_MAX]


def document(delivery: Delivery, want: Want | None) -> dict[str, Any]:
    """What the sender's API told of it, empty when nobody asked or it knew nothing."""
    found = delivery.fetched.get(want.key) if want else None
    return found if isinstance(found, dict) else {}


def raw_with(tree: dict[str, Any], **documents: dict[str, Any]) -> dict[str, Any]:
    """A delivery as parsed with what was fetched of it beside: `raw.fetched.lead.UF_CRM_1`."""
    told = {name: found for name, found in documents.items() if found}
    return {**tree, "fetched": told} if told else tree
