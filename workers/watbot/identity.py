"""Which field of a call says who the contact is, and whether an answer is about that contact."""

from __future__ import annotations

import re

from processor.domain.call import Upsert
from processor.domain.contact import MESSENGERS
from workers.watbot.check import IDENTITY_FIELDS, NOT_AN_ID, UNKNOWN_MESSENGER
from workers.watbot.contact import Contact, ContactForm
from workers.watbot.errors import BadCall, WatbotNonsense

_DIGITS = re.compile(r"[0-9]{1,19}", re.ASCII)


def form_of(upsert: Upsert) -> ContactForm:
    """The form of an Upsert: the contact's id goes where its messenger keeps it. Raises BadCall."""
    contact = upsert.contact
    if contact.messenger not in MESSENGERS:
        raise BadCall("messenger", UNKNOWN_MESSENGER)
    own = IDENTITY_FIELDS[contact.messenger]
    return ContactForm(
        bot_id=contact.bot,
        messenger=contact.messenger,
        name=upsert.name,
        phone=contact.id if own == "phone" else upsert.phone,
        email=upsert.email,
        address=upsert.address,
        telegram_id=_number(own, contact.id) if own == "telegram_id" else None,
        telegram_username=upsert.telegram_username,
        viber_id=contact.id if own == "viber_id" else None,
        vk_id=_number(own, contact.id) if own == "vk_id" else None,
        tags=upsert.tags,
        utm=upsert.utm,
    )


def _number(field: str, digits: str) -> int:
    if not _DIGITS.fullmatch(digits):
        raise BadCall(field, NOT_AN_ID)
    return int(digits)


def wrong_echo(form: ContactForm, echo: Contact) -> WatbotNonsense | None:
    """Why the echo is not about the contact of the form; what the echo does not tell cannot be wrong."""
    asked_and_told = {
        "bot_id": (form.bot_id, echo.bot_id),
        "messenger": (form.messenger, echo.messenger),
        "phone": (form.phone if form.messenger == "whatsapp" else None, echo.phone),
        "telegram_id": (form.telegram_id if form.messenger == "telegram" else None, echo.telegram_id),
        "viber_id": (form.viber_id if form.messenger == "viber" else None, echo.viber_id),
        "vk_id": (form.vk_id if form.messenger == "vk" else None, echo.vk_id),
    }
    for field, (asked, told) in asked_and_told.items():
        if asked is not None and told is not None and str(asked).strip() != str(told):
            return WatbotNonsense("echo", status=200, detail=field)
    return None
