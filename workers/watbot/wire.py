"""Watbot's field names: requests written, answers read. Nothing else in the project knows them."""

from __future__ import annotations

from typing import Any

from workers.watbot import readers
from workers.watbot.contact import Account, Contact, ContactForm, ContactPage

GET_CONTACTS = "getContacts"
CREATE_OR_UPDATE_CONTACT = "createOrUpdateContact"
SET_YSELL_STATUS = "setYsellStatus"
SET_CONTACT_VARIABLE = "setContactVariable"
DELETE_CONTACT_VARIABLE = "deleteContactVariable"
ATTACH_TAG_TO_CONTACT = "attachTagToContact"
DETACH_TAG_FROM_CONTACT = "detachTagFromContact"
GET_CONTACT_TAGS = "getContactTags"
GET_ME = "getMe"
TOKEN_PARAMETER = "api_token"  # noqa: S105 - a parameter's name
UTM_KEYS = ("source", "medium", "campaign", "term", "content")


def contacts_query(
    *, bot_id: int, date_from_s: int | None, date_to_s: int | None, count: int, page: int
) -> dict[str, str]:
    """The query of getContacts; dates are Unix seconds."""
    asked = {"bot_id": bot_id, "date_from": date_from_s, "date_to": date_to_s, "count": count, "page": page}
    return {name: str(value) for name, value in asked.items() if value is not None}


def contact_body(form: ContactForm) -> dict[str, Any]:
    """The body of createOrUpdateContact; what is None is left out."""
    body: dict[str, Any] = {
        "bot_id": form.bot_id,
        "messenger": form.messenger,
        "name": form.name,
        "email": form.email,
        "phone": form.phone,
        "address": form.address,
        "telegram_id": form.telegram_id,
        "telegram_username": form.telegram_username,
        "viber_id": form.viber_id,
        "vk_id": form.vk_id,
        "tags": None if form.tags is None else list(form.tags),
        "utm": {f"utm_{key}": value for key, value in form.utm.items()} if form.utm else None,
    }
    return {name: value for name, value in body.items() if value is not None}


def status_body(contact_id: int, status: str) -> dict[str, Any]:
    """The body of setYsellStatus."""
    return {"contact_id": contact_id, "status": status}


def variable_body(contact_id: int, name: str, value: str) -> dict[str, Any]:
    """The body of setContactVariable."""
    return {"contact_id": contact_id, "name": name, "value": value}


def variable_gone_body(contact_id: int, name: str) -> dict[str, Any]:
    """The body of deleteContactVariable."""
    return {"contact_id": contact_id, "name": name}


def tag_body(contact_id: int, name: str) -> dict[str, Any]:
    """The body of attachTagToContact and of detachTagFromContact."""
    return {"contact_id": contact_id, "name": name}


def contact_query(contact_id: int) -> dict[str, str]:
    """The query of a method about one contact."""
    return {"contact_id": str(contact_id)}


def contact_of(row: Any) -> Contact | None:
    """A contact as an answer gives it; None when it is no object or has no id."""
    told = readers.mapping(row)
    own_id = readers.whole(told.get("id"))
    if not own_id:
        return None
    return Contact(
        id=own_id,
        bot_id=readers.whole(told.get("bot_id")),
        messenger=readers.text(told.get("messenger")),
        name=readers.text(told.get("name")),
        phone=readers.phone(told.get("phone")),
        email=readers.text(told.get("email")),
        address=readers.text(told.get("address")),
        utm=_utm(told.get("utm")),
        telegram_id=readers.text(told.get("telegram_id")),
        telegram_username=readers.text(told.get("telegram_username")),
        vk_id=readers.text(told.get("vk_user_id")) or readers.text(told.get("vk_id")),
        viber_id=readers.text(told.get("viber_id")),
        tags=readers.names(told.get("tags")),
        variables=readers.pairs(told.get("variables")),
        created_at=readers.moment(told.get("created_at")),
        unsubscribed_at=readers.moment(told.get("unsubscribed_at")),
    )


def _utm(value: Any) -> dict[str, str] | None:
    told = readers.mapping(value)
    read = {key: readers.text(told.get(f"utm_{key}")) or readers.text(told.get(key)) for key in UTM_KEYS}
    return {key: each for key, each in read.items() if each} or None


def echo_of(answer: Any) -> Contact | None:
    """The contact that createOrUpdateContact answers with; None when there is none."""
    return contact_of(readers.mapping(answer).get("data"))


def page_of(answer: Any, page: int) -> ContactPage | None:
    """A page of getContacts; None when the answer has no list, or a list without one readable contact.

    `more`: whether the answer leaves a further page possible. Where its two tellers (meta, links) disagree or are
    silent we go on: one call too many ends at an empty page, one too few loses contacts.
    """
    rows = readers.items(answer if isinstance(answer, list) else readers.mapping(answer).get("data"))
    if rows is None:
        return None
    contacts = tuple(contact for contact in map(contact_of, rows) if contact)
    if rows and not contacts:
        return None
    told = readers.mapping(answer)
    meta = readers.mapping(told.get("meta"))
    last_page = readers.whole(meta.get("last_page"))
    return ContactPage(
        contacts=contacts,
        page=page,
        last_page=last_page,
        total=readers.whole(meta.get("total")),
        per_page=readers.whole(meta.get("per_page")),
        unreadable=len(rows) - len(contacts),
        more=bool(rows) and _more(page, last_page, told.get("links")),
    )


def _more(page: int, last_page: int | None, links: Any) -> bool:
    next_told = isinstance(links, dict) and "next" in links
    by_links = bool(links["next"]) if next_told else None
    by_meta = page < last_page if last_page is not None else None
    return True in (by_links, by_meta) or (by_links is None and by_meta is None)


def tags_of(answer: Any) -> tuple[str, ...] | None:
    """The tags of getContactTags; None when the answer has no list."""
    return readers.names(answer if isinstance(answer, list) else readers.mapping(answer).get("data"))


def account_of(answer: Any) -> Account | None:
    """The account of getMe, wrapped in `data` or bare; None when it is no object or an empty one."""
    outer = readers.mapping(answer)
    told = readers.mapping(outer.get("data", outer))
    if not told:
        return None
    return Account(
        id=readers.whole(told.get("id")),
        name=readers.text(told.get("name")),
        email=readers.text(told.get("email")),
    )
