"""Anything that can post: JSON, forms, or just a query.

What is read, in this order:
1. the source's `fields` ({our path: the sender's path}); what they name is read there and nowhere else;
2. parts in our own vocabulary (customer, order, payment, form, utm, page, occurred_at), nested as in an Event;
3. fields called `utm_source` and so on;
4. only without `fields`: flat fields with well-known names (phone, "Ваш телефон", email, name, city...).
In an envelope of Standard Webhooks, `{type, timestamp, data}`, a path is looked up at the top, then within `data`, and
the timestamp is when it occurred. A JSON list of objects is as many events. Parameters of the query count as fields of
the body; the body's own win.

Event type: the field that the source names (`event:`), else `event` or `type`; its value is mapped by `events:` or
taken as it is. A body without any is "form.submitted" when it came as a form or as a bare query (people filled it in),
"generic" when it came as JSON (a machine wrote it, and what happened cannot be guessed).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from processor.domain.delivery import Delivery, Inbound
from processor.domain.event import Event
from processor.domain.path import MISSING, look_up, split_path
from processor.domain.source import Source
from processor.domain.utm import first_of, utm_from_mapping, utm_from_query
from processor.errors import ProofRefused, Unreadable
from processor.sources.body import Body, as_mapping, read_body
from processor.sources.compose import compose, first_text
from processor.sources.form import nest, read_pairs
from processor.sources.keep import encodable, keep_query, scrub
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import pairs_of_query
from processor.sources.preset import Preset
from processor.sources.scalar import moment_of
from processor.sources.standard_webhook import ID_HEADER, is_signed, require_standard_webhook
from processor.sources.token import bearer_of, named_in, not_configured, require_known
from processor.sources.visitor import customer_of, known_answers
from processor.text import Text

TOKEN_HEADER: Final = "x-token"  # noqa: S105  # a header's name
TOKEN_NAMES: Final = ("token",)
ID_HEADERS: Final = ("x-delivery-id", "idempotency-key")
ID_CHARACTERS_MAX: Final = 512
EVENTS_MAX: Final = 100
PATHS_REMEMBERED_MAX: Final = 1024

PARTS: Final = ("customer", "order", "payment", "form", "page", "utm")
ADDRESS_NAMES: Final = ("page_url", "url", "landing_page", "referer", "referrer")
WHERE: Final = Text(
    "в заголовке Authorization: Bearer, в заголовке X-Token или в адресе (?token=)",
    "in the header Authorization: Bearer, the header X-Token or the query (?token=)",
)

Draft = dict[str, dict[str, Any]]


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

        webhook-id, X-Delivery-Id and Idempotency-Key promise by their meaning to name one delivery. A field `id` of the
        body does not: it mostly names an order or a person, who come again. So two equal requests without a header are
        one delivery; a sender to whom this matters adds an id or a time.
        """
        for name in (ID_HEADER, *ID_HEADERS):
            given = inbound.headers.get(name, "").strip()
            if given and len(given) <= ID_CHARACTERS_MAX:
                return write_key(name, given, digested=(octets_of(given),))
        query = self.kept_query(inbound, source)
        return write_key("digest", digested=(octets_of(inbound.method), octets_of(query), inbound.body))

    def kept_query(self, inbound: Inbound, source: Source) -> str:
        """The query without the token."""
        return keep_query(inbound.query, TOKEN_NAMES, (*source.secrets, *source.tokens))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """The events in a body or a query. Raises Unreadable."""
        body = _read(delivery)
        secrets = (*source.secrets, *source.tokens)
        trees = _objects(body.tree)
        paths = {ours: _path(theirs) for ours, theirs in source.fields.items()}
        return tuple(_event(delivery, source, scrub(tree, secrets), body.kind, paths) for tree in trees)


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


def _read(delivery: Delivery) -> Body:
    """The body with the query's parameters under it. Raises Unreadable when there is neither."""
    body = read_body(delivery.body, delivery.headers.get("content-type", ""))
    pairs = read_pairs(encodable(delivery.query))
    if body.kind == "empty" and not pairs:
        raise Unreadable(
            Text(
                "Запрос пуст: нет ни тела, ни параметров в адресе.",
                "The request is empty: it has neither a body nor parameters in its query.",
            )
        )
    if not pairs or not isinstance(body.tree, dict):
        return body
    return Body("form" if body.kind == "empty" else body.kind, {**nest(pairs), **body.tree})


def _objects(tree: Any) -> list[dict[str, Any]]:
    """One object, or the objects of a list. Raises Unreadable."""
    if not (isinstance(tree, list) and tree and all(isinstance(element, dict) for element in tree)):
        return [as_mapping(tree)]
    if len(tree) > EVENTS_MAX:
        raise Unreadable(
            Text(
                f"В одном запросе больше {EVENTS_MAX} событий: присылайте их частями.",
                f"More than {EVENTS_MAX} events in one request: send them in parts.",
            )
        )
    return tree


def _event(
    delivery: Delivery, source: Source, tree: dict[str, Any], kind: str, paths: Mapping[str, tuple[str, ...]]
) -> Event:
    draft = _draft(tree, kind, mapped=bool(paths))
    top: dict[str, Any] = {}
    for ours, theirs in paths.items():
        _put(draft, top, ours, _find(tree, theirs))
    address = draft["page"].get("url")
    return compose(
        delivery,
        _type(tree, kind, source, top.get("event")),
        region=source.region,
        customer=draft["customer"],
        order=draft["order"],
        payment=draft["payment"],
        form=draft["form"],
        page=draft["page"],
        utm=first_of(
            utm_from_mapping(draft["utm"], own_part=True),
            *(utm_from_mapping(level) for level in _levels(tree)),
            utm_from_query(address) if isinstance(address, str) else None,
            utm_from_query(scrub(delivery.headers.get("referer", ""), (*source.secrets, *source.tokens))),
        ),
        occurred_at=moment_of(top.get("occurred_at", _occurred(tree)), source.timezone),
        raw=tree,
    )


@lru_cache(maxsize=PATHS_REMEMBERED_MAX)
def _path(text: str) -> tuple[str, ...]:
    """The segments of a path; one that is written wrongly names a field as a whole (the rules' check reports it)."""
    try:
        return split_path(text)
    except ValueError:
        return (text,)


def _levels(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Where fields may stand: at the top, and within an envelope's `data`."""
    yield tree
    inner = tree.get("data")
    if isinstance(inner, dict):
        yield inner


def _find(tree: Mapping[str, Any], parts: Sequence[str]) -> Any:
    found = (look_up(level, parts) for level in _levels(tree))
    return next((value for value in found if value is not MISSING), None)


def _draft(tree: Mapping[str, Any], kind: str, *, mapped: bool) -> Draft:
    """What can be told without a mapping: parts in our vocabulary, and well-known names unless there is a mapping."""
    draft: Draft = {part: {} for part in PARTS}
    for level in reversed(list(_levels(tree))):
        for part in PARTS:
            if isinstance(level.get(part), dict):
                draft[part] |= level[part]
        if not mapped:
            _pick_up(draft, level)
    if kind == "form":
        plain = {name: value for name, value in tree.items() if name not in PARTS}
        draft["form"] = {"fields": plain} | draft["form"]
    return draft


def _pick_up(draft: Draft, level: Mapping[str, Any]) -> None:
    """Flat fields with well-known names; what stands in a part of our vocabulary wins."""
    known = known_answers(level)
    comment = known.get("comment")
    draft["customer"] = customer_of(known) | draft["customer"]
    if comment and draft["order"]:
        draft["order"] = {"comment": comment} | draft["order"]
    address = first_text(*(level.get(name) for name in ADDRESS_NAMES))
    if address:
        draft["page"] = {"url": address} | draft["page"]


def _put(draft: Draft, top: dict[str, Any], ours: str, value: Any) -> None:
    part, _, field = ours.partition(".")
    if not field:
        top[part] = value
    elif part == "form" and field.startswith("fields."):
        fields = draft["form"].get("fields")
        named = {_path(field)[-1]: value}
        draft["form"]["fields"] = (fields if isinstance(fields, dict) else {}) | named
    elif part in draft:
        draft[part][field] = value


def _type(tree: Mapping[str, Any], kind: str, source: Source, mapped: Any) -> str:
    named = _find(tree, _path(source.event_field)) if source.event_field else mapped
    told = first_text(named, tree.get("event"), tree.get("type"))
    if told is None:
        return "form.submitted" if kind == "form" else "generic"
    return source.event_types.get(told, told)


def _occurred(tree: Mapping[str, Any]) -> Any:
    own = tree.get("occurred_at")
    if own is None and isinstance(tree.get("data"), dict) and "type" in tree:
        return tree.get("timestamp")
    return own
