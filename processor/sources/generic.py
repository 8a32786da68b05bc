"""Anything that can post: what proves it and what names a delivery. How it is read: `anything.py`."""

from __future__ import annotations

from typing import Final

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event
from processor.domain.mapping import Unfilled
from processor.domain.source import Source
from processor.errors import ProofRefused
from processor.sources.anything import read_anything
from processor.sources.keep import keep_query
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import pairs_of_query
from processor.sources.mapping import has_templates
from processor.sources.preset import Preset
from processor.sources.standard_webhook import STANDARD, SVIX, is_signed, require_standard_webhook, signed_key
from processor.sources.token import bearer_of, named_in, not_configured, require_known
from processor.text import Text

TOKEN_HEADER: Final = "x-token"  # noqa: S105  # a header's name
TOKEN_NAMES: Final = ("token",)
ID_HEADERS: Final = ("x-delivery-id", "idempotency-key")
ID_CHARACTERS_MAX: Final = 512
WHERE: Final = Text(
    "в заголовке Authorization: Bearer, в заголовке X-Token или в адресе (?token=)",
    "in the header Authorization: Bearer, the header X-Token or the query (?token=)",
)


class Generic(Preset):
    """Any sender that proves itself with a token or by Standard Webhooks; with both configured either proves."""

    name = "generic"
    methods: tuple[str, ...] = ("POST", "PUT", "GET")
    reads_headers: tuple[str, ...] = ("content-type", "referer")

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:
        """Raises ProofRefused with the reason of the proof that the sender tried."""
        presented = _tokens(inbound)
        if any(source.secrets) and is_signed(inbound.headers):
            try:
                require_standard_webhook(inbound.headers, inbound.body, source.secrets, now_ms)
                return
            except ProofRefused:
                if not (presented and any(source.tokens)):
                    raise
        if any(source.tokens):
            require_known(presented, source.tokens, _where(source))
        elif any(source.secrets):
            require_standard_webhook(inbound.headers, inbound.body, source.secrets, now_ms)
        else:
            raise not_configured()

    def delivery_key(self, inbound: Inbound, source: Source) -> str:
        """The id that the sender gives to a delivery in a header; without one a digest of method, query and body.

        webhook-id, svix-id, X-Delivery-Id and Idempotency-Key promise by their meaning to name one delivery. A field
        `id` of the body does not: it mostly names an order or a person, who come again. So two equal requests without
        a header are one delivery; a sender to whom this matters adds an id or a time. Where the request is signed, only
        the id that the signature covers counts.
        """
        signed = signed_key(inbound.headers)
        if signed:
            return signed
        for name in (STANDARD.id, SVIX.id, *ID_HEADERS):
            given = inbound.headers.get(name, "").strip()
            if given and len(given) <= ID_CHARACTERS_MAX:
                return write_key(name, given, digested=(octets_of(given),))
        query = self.kept_query(inbound, source)
        return write_key("digest", digested=(octets_of(inbound.method), octets_of(query), inbound.body))

    def kept_query(self, inbound: Inbound, source: Source) -> str:
        """The query without the token; nothing where a signature proves the body, for it does not cover the query."""
        by_token = any(source.tokens) and bool(_tokens(inbound))
        if any(source.secrets) and is_signed(inbound.headers) and not by_token:
            return ""
        return keep_query(inbound.query, TOKEN_NAMES, (*source.secrets, *source.tokens))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """The events in a body or a query. Raises Unreadable."""
        return tuple(one.event for one in read_anything(delivery, source))

    def unfilled(self, delivery: Delivery, source: Source) -> tuple[Unfilled, ...]:
        """The fields of the mapping whose template failed. Raises Unreadable."""
        if not has_templates(source):
            return ()
        return tuple(one for read in read_anything(delivery, source) for one in read.unfilled)


def _tokens(inbound: Inbound) -> tuple[str, ...]:
    header = inbound.headers.get(TOKEN_HEADER, "").strip()
    return (
        *bearer_of(inbound.headers),
        *((header,) if header else ()),
        *named_in(pairs_of_query(inbound.query), TOKEN_NAMES),
    )


def _where(source: Source) -> Text:
    if not any(source.secrets):
        return WHERE
    return Text(
        f"{WHERE.ru}; вместо него можно подписать запрос (webhook-id, webhook-timestamp, webhook-signature)",
        f"{WHERE.en}; instead the request may be signed (webhook-id, webhook-timestamp, webhook-signature)",
    )
