"""Tilda: forms and carts, unsigned, with a key somewhere in the request.

Event types. Tilda names none, so the shape tells: with `payment` it is order.created, or order.paid when the payment
system's id is there (`systranid`, "0" while unpaid) or a status says so; without it is form.submitted.
Tilda gives no time of its own, so `occurred_at` stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from processor.domain.delivery import Answer, Delivery, Inbound
from processor.domain.event import Event, Utm
from processor.domain.source import Source
from processor.domain.utm import utm_from_mapping, utm_from_pairs, utm_from_query
from processor.errors import ProofRefused, Unreadable
from processor.sources.body import Body, as_mapping, read_body, read_body_once
from processor.sources.compose import compose
from processor.sources.keep import encodable, keep_query, scrub
from processor.sources.key import octets_of, write_key
from processor.sources.keyed import key_names, pairs_of_query
from processor.sources.preset import Preset
from processor.sources.scalar import line_of
from processor.sources.tilda_cart import is_paid, order_draft, payment_draft, payment_of
from processor.sources.token import KEY_NAMES, KEYS_COMPARED_MAX, bearer_of, is_known, named_in, require_known
from processor.sources.visitor import customer_of, known_answers
from processor.text import Text

PING_BYTES_MAX: Final = 1024
KEY_BODY_BYTES_MAX: Final = 256 * 1024
COOKIES_CHARACTERS_MAX: Final = 16_384
NAME_CHARACTERS_MAX: Final = 60

# What Tilda adds by itself: no answers of a visitor.
TECHNICAL: Final = frozenset({"cookies", "tranid", "formid", "formname", "payment", "referer", "paymentsystem"})
TECHNICAL_PREFIXES: Final = ("tildaspec-", "form-spec-")

# "amp;" is noise that Tilda leaves between marks, so its semicolon does not end the cookie.
_TILDAUTM = re.compile(r"TILDAUTM=((?:[^;]|(?<=amp);)*)")

OK: Final = Answer(200, b"ok", "text/plain; charset=utf-8")


class Tilda(Preset):
    """Tilda's webhook. Only 200 is known to satisfy it, so it is answered 200 whatever we did with the delivery."""

    name = "tilda"
    queued_status = 200
    reads_headers = ("content-type", "referer")

    def handshake(self, inbound: Inbound, source: Source) -> Answer | None:
        """Adding the address posts `test=test`, alone or beside the key, and wants 200."""
        if len(inbound.body) > PING_BYTES_MAX or b"test" not in inbound.body:
            return None
        tree = _readable(inbound).tree
        if not isinstance(tree, dict) or tree.get("test") != "test":
            return None
        return OK if all(_is_key(name, source) for name in tree if name != "test") else None

    def verify(self, inbound: Inbound, source: Source, now_ms: int) -> None:  # noqa: ARG002
        """The key may come in a header, in the query or as a field, under the name chosen. Raises ProofRefused.

        A stranger's body is read only up to KEY_BODY_BYTES_MAX, so that it costs little; a larger one holds no key.
        """
        names, accepted = key_names(source), (*source.secrets, *source.tokens)
        presented = (
            *bearer_of(inbound.headers),
            *named_in(inbound.headers.items(), names),
            *named_in(pairs_of_query(inbound.query), names),
        )
        if not is_known(presented[:KEYS_COMPARED_MAX], accepted) and len(inbound.body) <= KEY_BODY_BYTES_MAX:
            presented += named_in(_fields(_readable(inbound)), names)
            _require_named(inbound, presented, accepted)
        require_known(presented, accepted, _where(source))

    def delivery_key(self, inbound: Inbound, source: Source) -> str:
        """The order's id and whether it is paid, or the form's `tranid` and id; and a digest of the fields to decide.

        Tilda's retries repeat the same fields. The digest leaves out the key (it may be rotated between two tries) and
        COOKIES. It is always a part of the key: ids are absent from many deliveries, an order comes once unpaid and
        once paid, and losing a lead because two submissions share an id is worse than applying one twice, which
        changes nothing. What remains: the same answers given again without any id are taken for a repetition.
        """
        try:
            body = read_body_once(inbound.body, inbound.headers.get("content-type", ""))
            tree = as_mapping(body.tree)
            payment = payment_of(tree)
        except Unreadable:
            return write_key("unreadable", digested=(inbound.body,))
        digested = _digested(body, source)
        if payment:
            paid = "paid" if is_paid(payment, tree) else "unpaid"
            return write_key("order", line_of(payment.get("orderid")) or "", paid, digested=digested)
        return write_key("form", *(line_of(tree.get(name)) or "" for name in ("tranid", "formid")), digested=digested)

    def kept_query(self, inbound: Inbound, source: Source) -> str:
        """The query without the key."""
        return keep_query(inbound.query, key_names(source), (*source.secrets, *source.tokens))

    def normalise(self, delivery: Delivery, source: Source) -> tuple[Event, ...]:
        """One event. Raises Unreadable."""
        sent = as_mapping(read_body(delivery.body, delivery.headers.get("content-type", "")).tree)
        open_fields = {name: value for name, value in sent.items() if not _is_proof(name, value, source)}
        secrets = (*source.secrets, *source.tokens)
        tree = scrub(open_fields, secrets)
        referer = scrub(delivery.headers.get("referer", ""), secrets)
        payment = payment_of(tree)
        if payment:
            tree = {**tree, "payment": payment}
        paid = is_paid(payment, tree)
        return (_event(delivery, source, tree, payment, referer, paid=paid),)


def _event(
    delivery: Delivery, source: Source, tree: dict[str, Any], payment: dict[str, Any], referer: str, *, paid: bool
) -> Event:
    known = known_answers(tree)
    return compose(
        delivery,
        ("order.paid" if paid else "order.created") if payment else "form.submitted",
        region=source.region,
        customer=_customer(known, tree, payment),
        order=order_draft(tree, payment, known, paid) if payment else None,
        payment=payment_draft(tree, payment, paid) if payment else None,
        form={"id": tree.get("formid"), "name": tree.get("formname"), "fields": _answers(tree)},
        page={"url": tree.get("referer") or referer},
        utm=_utm(tree, referer),
        raw=tree,
    )


def _require_named(inbound: Inbound, presented: Sequence[str], accepted: Sequence[str]) -> None:
    """Raises ProofRefused when the right key came, but under a name that nobody told us."""
    if is_known(presented[:KEYS_COMPARED_MAX], accepted):
        return
    everything = (*inbound.headers.items(), *pairs_of_query(inbound.query), *_fields(_readable(inbound)))
    for name, value in everything:
        if isinstance(value, str) and is_known((value,), accepted):
            told = scrub(encodable(name), accepted)[:NAME_CHARACTERS_MAX]
            raise ProofRefused(
                "token_misnamed",
                Text(
                    f"Ключ верный, но пришёл под именем «{told}»: укажите у источника key_name: {told}",
                    f'The key is right but came under the name "{told}": give the source key_name: {told}',
                ),
            )


def _is_key(name: str, source: Source) -> bool:
    return name.strip().lower() in key_names(source)


def _is_proof(name: str, value: Any, source: Source) -> bool:
    """Whether a field is the key; under a name that nobody chose only our very key is, else it is an answer."""
    if not _is_key(name, source):
        return False
    return bool(source.key_name) or (isinstance(value, str) and is_known((value,), source.keys))


def _where(source: Source) -> Text:
    name = source.key_name
    if name:
        return Text(
            f"под именем «{name}» в заголовке, в адресе или в поле формы",
            f'under the name "{name}" in a header, the query or a field',
        )
    listed = ", ".join(KEY_NAMES)
    return Text(
        f"в заголовке, в адресе или в поле формы под одним из имён: {listed} (другое имя задаёт key_name)",
        f"in a header, the query or a field named one of: {listed} (key_name sets another)",
    )


def _readable(inbound: Inbound) -> Body:
    """The body as read; an unreadable one holds no key, which is no reason to say more to a stranger."""
    try:
        return read_body_once(inbound.body, inbound.headers.get("content-type", ""))
    except Unreadable:
        return Body("empty", {})


def _fields(body: Body) -> Iterable[tuple[str, Any]]:
    return body.pairs or (body.tree.items() if isinstance(body.tree, dict) else ())


def _digested(body: Body, source: Source) -> tuple[bytes, ...]:
    fields = list(_fields(body))
    # Where Tilda numbers its leads, whatever is called like a key may be left out: it may be changed between two tries.
    numbered = any(name.strip().lower() == "tranid" and value for name, value in fields)
    kept = [
        (name, value)
        for name, value in fields
        if name.strip().lower() != "cookies"
        and not (_is_key(name, source) if numbered else _is_proof(name, value, source))
    ]
    if body.pairs:
        return tuple(octets_of(part) for pair in kept for part in pair)
    return (b"json", msgspec.json.encode(kept))


def _customer(known: Mapping[str, Any], tree: Mapping[str, Any], payment: Mapping[str, Any]) -> dict[str, Any]:
    """Who filled in the form; what the delivery of an order says stands in for what the form did not ask."""
    customer = customer_of(known)
    delivery = {
        "id": tree.get("ma_id"),
        "name": payment.get("delivery_fio"),
        "city": payment.get("delivery_city"),
        "address": payment.get("delivery_address"),
    }
    return delivery | customer


def _answers(tree: Mapping[str, Any]) -> dict[str, Any]:
    """What the visitor entered, by the owner's own names."""
    return {
        name: value
        for name, value in tree.items()
        if name.lower() not in TECHNICAL and not name.lower().startswith(TECHNICAL_PREFIXES)
    }


def _utm(tree: Mapping[str, Any], referer: str) -> Utm | None:
    """Hidden fields, then Tilda's own cookie, then the page's address, then the header Referer."""
    cookies = next((value for name, value in tree.items() if name.lower() == "cookies"), None)
    page = tree.get("referer")
    return (
        utm_from_mapping(tree)
        or (_utm_from_cookies(cookies) if isinstance(cookies, str) else None)
        or (utm_from_query(page) if isinstance(page, str) else None)
        or utm_from_query(referer)
    )


def _utm_from_cookies(cookies: str) -> Utm | None:
    """`TILDAUTM` holds `utm_source=x|||utm_medium=y|||`, encoded once or twice."""
    found = _TILDAUTM.search(cookies[:COOKIES_CHARACTERS_MAX])
    if not found:
        return None
    text = found[1]
    if "|||" not in text:
        text = unquote(text)
    if "|||" not in text:
        text = unquote(text)
    parts = (part.partition("=") for part in text.split("|||"))
    return utm_from_pairs((name.strip().removeprefix("amp;"), value) for name, _, value in parts)
