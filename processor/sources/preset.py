"""What every sender's preset answers. One file a preset; `registry.py` lists them."""

from __future__ import annotations

from typing import Protocol

from processor.domain.delivery import Answer, Delivery, Inbound, Want
from processor.domain.event import Event
from processor.domain.mapping import Unfilled
from processor.domain.source import Source
from processor.sources.keep import keep_headers, keep_query


class Preset(Protocol):
    """A sender's ways, from the proof of a request to the events in it.

    A preset inherits from this class, so that what most senders have in common stands here. What its proof can use
    stands in the table of senders (`processor/domain/sender.py`). `reads_headers` are the headers that `normalise` will
    want. Whatever a sender posts, nothing here raises anything but ProofRefused and Unreadable.
    """

    name: str
    reads_headers: tuple[str, ...] = ("content-type",)
    methods: tuple[str, ...] = ("POST", "PUT")
    queued_status: int = 202

    def handshake(self, inbound: Inbound, source: Source) -> Answer | None:  # noqa: ARG002
        """The answer to a ping that comes before any proof, or None when this is no ping."""
        return None

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:
        """Prove the sender. Raises ProofRefused. `now_ms` is Unix time; not called for `proof: none`."""
        ...

    def delivery_key(self, inbound: Inbound, source: Source) -> str:
        """Printable ASCII: the same for a repetition, never the same for two different deliveries."""
        ...

    def kept_headers(self, inbound: Inbound, source: Source) -> dict[str, str]:
        """The headers that `normalise` needs later; never a proof or a secret."""
        return keep_headers(inbound, self.reads_headers, source.keys)

    def kept_query(self, inbound: Inbound, source: Source) -> str:
        """The query without secrets."""
        return keep_query(inbound.query, (), source.keys)

    def answer(self, status: str, inbound: Inbound) -> Answer | None:  # noqa: ARG002
        """What this sender must be answered when a delivery is "queued" or a "duplicate"; None for our usual answer."""
        return None

    def wants(self, delivery: Delivery, source: Source) -> tuple[Want, ...]:  # noqa: ARG002
        """What this delivery only names and the sender's API must tell. Raises Unreadable."""
        return ()

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """The events in a delivery. Raises Unreadable."""
        ...

    def unfilled(self, delivery: Delivery, source: Source) -> tuple[Unfilled, ...]:  # noqa: ARG002
        """The fields of the source's mapping that this delivery left empty against its will. Raises Unreadable."""
        return ()
