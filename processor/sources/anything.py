"""Read any body: JSON, forms, or just a query.

What is read, in this order:
1. the source's `fields` ({our path: the sender's path or a template}); what they name is read there and nowhere else;
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

from collections.abc import Mapping
from typing import Any, Final

from processor.domain.delivery import Delivery
from processor.domain.source import Source
from processor.errors import Unreadable
from processor.sources.body import Body, as_mapping, read_body
from processor.sources.form import nest, read_pairs
from processor.sources.keep import encodable, scrub
from processor.sources.mapping import PARTS, Mapped, Sent, blank_draft, mapped, own_parts, well_known
from processor.text import Text

EVENTS_MAX: Final = 100


def read_anything(delivery: Delivery, source: Source) -> tuple[Mapped, ...]:
    """The events in a body or a query. Raises Unreadable."""
    body = _read(delivery)
    return tuple(_mapped(delivery, source, scrub(tree, source.keys), body.kind) for tree in _objects(body.tree))


def levels_of(tree: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Where fields may stand: at the top, and within an envelope's `data`."""
    inner = tree.get("data")
    return (tree, inner) if isinstance(inner, dict) else (tree,)


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


def _mapped(delivery: Delivery, source: Source, tree: dict[str, Any], kind: str) -> Mapped:
    levels = levels_of(tree)
    draft = blank_draft()
    own_parts(draft, levels, None if source.fields else well_known)
    if kind == "form":
        plain = {name: value for name, value in tree.items() if name not in PARTS}
        draft["form"] = {"fields": plain} | draft["form"]
    sent = Sent(tree, levels, draft, (tree.get("event"), tree.get("type")), _occurred(tree))
    return mapped(delivery, source, sent, nameless="form.submitted" if kind == "form" else "generic")


def _occurred(tree: Mapping[str, Any]) -> Any:
    own = tree.get("occurred_at")
    if own is None and isinstance(tree.get("data"), dict) and "type" in tree:
        return tree.get("timestamp")
    return own
