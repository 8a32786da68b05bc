"""Tell who a visitor is from flat answers: which answer is the phone, which the name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from processor.sources.alias import known_field
from processor.sources.compose import full_name
from processor.sources.name import NAME_FIELDS, person_name, written_name
from processor.sources.scalar import line_of, text_of

GATHERED: Final = frozenset({"phone", "email"})
GATHERED_CHARACTERS_MAX: Final = 500


def known_answers(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that their labels explain (name, phone, email, city, comment...), the first of each with a text.

    Phones and e-mails are gathered, since the first of them need not be valid.
    """
    known: dict[str, Any] = {}
    for label, value in fields.items():
        field = known_field(label)
        text = (written_name(value) if field in NAME_FIELDS else text_of(value)) if field else None
        if not field or not text:
            continue
        if field not in known:
            known[field] = text
        elif field in GATHERED:
            known[field] = f"{known[field]}, {text}"[:GATHERED_CHARACTERS_MAX]
    return known


def customer_of(known: Mapping[str, Any]) -> dict[str, Any]:
    """The raw customer in `known_answers`; only what is there."""
    name, first, last = (line_of(known.get(field)) for field in ("name", "first_name", "last_name"))
    patronymic = person_name(known.get("patronymic"))
    whole = bool(name and last and last.casefold() in name.casefold())
    if (last or patronymic) and not whole and person_name(name):
        # "Name" beside "Surname" asks for the first name
        first, name = first or name, None
    found = {
        "name": name or full_name(person_name(first), person_name(last), patronymic),
        "first_name": first,
        "last_name": last,
        "telegram_username": known.get("telegram"),
    }
    plain = ("phone", "email", "city", "address", "telegram_id", "viber_id", "vk_id")
    found |= {field: known.get(field) for field in plain}
    return {field: value for field, value in found.items() if value is not None}


def gathered(*values: Any) -> str | None:
    """Phones or e-mails of several places as one text, the best first, since the first of them need not be valid."""
    texts = dict.fromkeys(text for text in map(line_of, values) if text)
    return ", ".join(texts)[:GATHERED_CHARACTERS_MAX] or None
