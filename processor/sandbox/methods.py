"""The methods of the API: name, verb, parameters and what each does to the contacts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from processor.sandbox import readers
from processor.sandbox.answers import Answer, echoed, invalid, listed, valued
from processor.sandbox.contact import IDENTIFIED_BY, Order, Upsert, UtmReading
from processor.sandbox.contacts import ContactBook
from processor.sandbox.paging import page_of
from processor.sandbox.readers import STATUS_CHARS_MAX, wrong
from processor.sandbox.validate import UNKNOWN, Field

PAGE_ROWS_DEFAULT = 100
PAGE_ROWS_MAX = 500

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What a method works on: the contacts, the moment (Unix seconds), and its own address without a query."""

    book: ContactBook
    now_s: int
    path: str


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the API; `act` gets valid values only."""

    verb: str
    fields: tuple[Field, ...]
    act: Callable[[Context, Values], Answer]


def get_contacts(context: Context, given: Values, order: Order = "oldest") -> Answer:
    """Contacts by growing id, or by falling id (newest), of a bot, by the moment of creation (both ends included)."""
    least, most = given.get("date_from", 0), given.get("date_to", readers.INT_MAX)
    found = [
        contact
        for contact in context.book.all()
        if contact.bot_id == given.get("bot_id", contact.bot_id) and least <= contact.created_s <= most
    ]
    if order == "newest":
        found.reverse()
    shown = page_of(found, given.get("page", 1), given.get("count", PAGE_ROWS_DEFAULT), context.path)
    shown["data"] = [listed(contact) for contact in shown["data"]]
    return Answer(200, shown)


def create_or_update_contact(context: Context, given: Values) -> Answer:
    """Create or change the contact and echo it whole."""
    contact = context.book.upsert(Upsert(**given), context.now_s)
    return Answer(200, {"data": echoed(contact)}, contact.id)


def set_ysell_status(context: Context, given: Values) -> Answer:
    """Set the contact's status; nothing can read it back."""
    context.book.set_status(given["contact_id"], given["status"])
    return Answer(204, contact_id=given["contact_id"])


def get_contact_tags(context: Context, given: Values) -> Answer:
    """The contact's tags."""
    return Answer(200, {"data": context.book.one(given["contact_id"]).tags}, given["contact_id"])


def get_bot_tags(context: Context, given: Values) -> Answer:
    """Every tag of the bot."""
    return Answer(200, {"data": context.book.bot_tags(given["bot_id"])})


def attach_tag(context: Context, given: Values) -> Answer:
    """Add one tag."""
    return _with_tag(context, given, context.book.attach)


def detach_tag(context: Context, given: Values) -> Answer:
    """Take one tag away."""
    return _with_tag(context, given, context.book.detach)


def get_contact_variables(context: Context, given: Values) -> Answer:
    """The contact's variables."""
    held = context.book.one(given["contact_id"])
    return Answer(200, {"data": [valued(variable) for variable in held.variables]}, held.id)


def set_contact_variable(context: Context, given: Values) -> Answer:
    """Set one variable and echo it."""
    contact_id = given["contact_id"]
    variable = context.book.set_variable(contact_id, given["name"], given["value"], given.get("deletable"))
    return Answer(200, {"data": valued(variable)}, contact_id)


def delete_contact_variable(context: Context, given: Values) -> Answer:
    """Take one variable away."""
    context.book.delete_variable(given["contact_id"], given.get("name"), given.get("id"))
    return Answer(204, contact_id=given["contact_id"])


def get_me(_context: Context, _given: Values) -> Answer:
    """The account of the token."""
    return Answer(200, {"data": {"id": 1, "name": "Песочница", "email": "sandbox@example.com"}})


def _with_tag(context: Context, given: Values, do: Callable[[int, str], object]) -> Answer:
    contact_id = given["contact_id"]
    tag = given.get("name") or context.book.tag_name(context.book.one(contact_id).bot_id, given["tag_id"])
    if tag is None:
        return invalid({name: [text] for name, text in wrong("tag_id", UNKNOWN).faults}, contact_id)
    do(contact_id, tag)
    return Answer(204, contact_id=contact_id)


BOT = Field("bot_id", readers.integer_from(1), required=True)
CONTACT = Field("contact_id", readers.integer, required=True, contact=True)
TAG = (
    CONTACT,
    Field("name", readers.string, required_without="tag_id"),
    Field("tag_id", readers.integer, required_without="name"),
)
UPSERT = (
    BOT,
    Field("messenger", readers.one_of(*IDENTIFIED_BY), required=True),
    Field("name", readers.string, required=True),
    Field("email", readers.email),
    Field("address", readers.string),
    Field("phone", readers.phone, required_when=("messenger", "whatsapp")),
    Field("telegram_id", readers.integer, required_when=("messenger", "telegram")),
    Field("telegram_username", readers.string),
    Field("viber_id", readers.string, required_when=("messenger", "viber")),
    Field("vk_id", readers.integer, required_when=("messenger", "vk")),
    Field("tags", readers.strings),
)
UTM = Field("utm", readers.utm)
LISTING = (
    Field("bot_id", readers.integer),
    Field("date_from", readers.integer_from(0)),
    Field("date_to", readers.integer_from(0)),
    Field("count", readers.integer_from(1, PAGE_ROWS_MAX)),
    Field("page", readers.integer_from(1)),
)
STATUS = (CONTACT, Field("status", readers.string_up_to(STATUS_CHARS_MAX), required=True))
VARIABLE = (
    CONTACT,
    Field("name", readers.string, required=True),
    Field("value", readers.scalar, present=True),
    Field("deletable", readers.flag),
)
VARIABLE_GONE = (
    CONTACT,
    Field("name", readers.string, required_without="id"),
    Field("id", readers.integer, required_without="name"),
)


def methods(utm: UtmReading, order: Order = "oldest") -> dict[str, Method]:
    """The table of the API; a service that ignores `utm` does not check it either."""
    upsert = (*UPSERT, UTM) if utm == "store" else UPSERT
    return {
        "getContacts": Method("GET", LISTING, partial(get_contacts, order=order)),
        "createOrUpdateContact": Method("POST", upsert, create_or_update_contact),
        "setYsellStatus": Method("POST", STATUS, set_ysell_status),
        "getContactTags": Method("GET", (CONTACT,), get_contact_tags),
        "getBotTags": Method("GET", (BOT,), get_bot_tags),
        "attachTagToContact": Method("POST", TAG, attach_tag),
        "detachTagFromContact": Method("POST", TAG, detach_tag),
        "getContactVariables": Method("GET", (CONTACT,), get_contact_variables),
        "setContactVariable": Method("POST", VARIABLE, set_contact_variable),
        "deleteContactVariable": Method("POST", VARIABLE_GONE, delete_contact_variable),
        "getMe": Method("GET", (), get_me),
    }
