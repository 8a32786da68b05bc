"""Ask the presets of senders that only name what changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from processor.domain.delivery import Inbound
from processor.domain.event import Event
from processor.domain.source import Source
from processor.sources.registry import preset_of
from tests.harness import deliveries_thin as thin
from tests.sources.asking import inbound, kept

BITRIX = Source("crm", "bitrix24", tokens=(thin.BITRIX_TOKEN, "old-token-1"))
AMO = Source("crm", "amocrm", tokens=("amo-token-1",))
ECWID = Source("shop", "ecwid", secrets=("test_client_secret",))
PRETIX = Source("tickets", "pretix", tokens=("pretix-token-1",))
SOURCES = (BITRIX, AMO, ECWID, PRETIX)
AT = datetime.fromtimestamp(1_740_000_000, UTC)


def hook(body: bytes, query: str = "") -> Inbound:
    """A request of one of them."""
    return inbound(body, thin.FORM, query)


def read(body: bytes, source: Source, **documents: Any) -> tuple[Event, ...]:
    """The events of a delivery for which the API told these documents, by key with `_` for `:`."""
    delivery = msgspec.structs.replace(
        kept(hook(body), source), fetched={name.replace("_", ":", 1): told for name, told in documents.items()}
    )
    return preset_of(source).normalise(delivery, source)


def wants(body: bytes, source: Source, **documents: Any) -> tuple[str, ...]:
    """What such a delivery wants."""
    delivery = msgspec.structs.replace(
        kept(hook(body), source), fetched={name.replace("_", ":", 1): told for name, told in documents.items()}
    )
    return tuple(want.key for want in preset_of(source).wants(delivery, source))
