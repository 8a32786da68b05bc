"""Standard Webhooks and Svix: a signature over id, time and body; what the body holds is read as with `generic`.

The id is the same in every repetition of a message, and signed, so it alone names the delivery. Any 2xx is a success;
a sender repeats by a timetable of its own, for hours or days.
"""

from __future__ import annotations

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event
from processor.domain.mapping import Unfilled
from processor.domain.source import Source
from processor.sources.anything import read_anything
from processor.sources.key import octets_of, write_key
from processor.sources.mapping import has_templates
from processor.sources.preset import Preset
from processor.sources.standard_webhook import require_standard_webhook, signed_key


class StandardWebhooks(Preset):
    """Whoever signs by Standard Webhooks, under its own names of headers or under Svix's."""

    name = "standard_webhooks"

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:
        """Raises ProofRefused unless one of the secrets signed it, at most five minutes off."""
        require_standard_webhook(inbound.headers, inbound.body, source.secrets, now_ms)

    def delivery_key(self, inbound: Inbound, source: Source) -> str:
        """The signed id; of an unproven source, which may send none, a digest of query and body."""
        query = octets_of(self.kept_query(inbound, source))
        return signed_key(inbound.headers) or write_key("digest", digested=(query, inbound.body))

    def kept_query(self, inbound: Inbound, source: Source) -> str:
        """Nothing where a signature proves the body: it does not cover the query, which anybody may change."""
        return "" if any(source.secrets) else super().kept_query(inbound, source)

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """The events in an envelope {type, timestamp, data}, or in any other body. Raises Unreadable."""
        return tuple(one.event for one in read_anything(delivery, source))

    def unfilled(self, delivery: Delivery, source: Source) -> tuple[Unfilled, ...]:
        """The fields of the mapping whose template failed. Raises Unreadable."""
        if not has_templates(source):
            return ()
        return tuple(one for read in read_anything(delivery, source) for one in read.unfilled)
