"""Watbot's API: one method here for each of its methods. Every failure is an error of workers/watbot/errors.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

import httpx

from processor.clock import Clock, SystemClock
from processor.domain.call import AttachTag, Call, DeleteVariable, SetStatus, SetVariable, Upsert
from processor.domain.contact import Messenger
from processor.text import Text
from workers.outbound.transport import DeadlineTransport, sent_ms
from workers.watbot import check, wire
from workers.watbot.contact import Account, Contact, ContactForm, ContactPage
from workers.watbot.errors import BadCall, WatbotNonsense
from workers.watbot.exchange import Exchange
from workers.watbot.identity import form_of, wrong_echo

TIMEOUT_S = 10.0
PAGES_MAX = 100_000

T = TypeVar("T")


class WatbotClient:
    """Calls Watbot; safe to use from several threads. Waits for nothing and repeats nothing: that is the caller's.

    A call takes at most `timeout_s` (the look-up of the host's name aside). `transport` and `clock` are seams.
    Raises BadCall when `base_url` is no HTTP address or `token` is empty.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        timeout_s: float = TIMEOUT_S,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._exchange = Exchange(
            base_url,
            token,
            timeout_s=timeout_s,
            transport=transport or DeadlineTransport(),
            clock=clock or SystemClock(),
        )

    def __repr__(self) -> str:
        return f"WatbotClient({self._exchange.base_url!r})"

    def __enter__(self) -> WatbotClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; calls made afterwards raise WatbotUnavailable."""
        self._exchange.close()

    def call(self, call: Call) -> Contact | None:
        """Make one call; an Upsert gives the echoed contact. Raises WatbotError."""
        if isinstance(call, Upsert):
            return self._upsert(form_of(call))
        if isinstance(call, SetStatus):
            self.set_ysell_status(call.watbot_id, call.status)
        elif isinstance(call, SetVariable):
            self.set_contact_variable(call.watbot_id, call.name, call.value)
        elif isinstance(call, DeleteVariable):
            self.delete_contact_variable(call.watbot_id, call.name)
        elif isinstance(call, AttachTag):
            self.attach_tag_to_contact(call.watbot_id, call.name)
        else:
            self.detach_tag_from_contact(call.watbot_id, call.name)
        return None

    def sent_ms(self) -> float | None:
        """When (monotonic ms) this thread's last request was on its way; None when it never was, or nobody can tell."""
        return sent_ms()

    def contacts(
        self,
        *,
        bot_id: int,
        date_from: int | datetime | None = None,
        date_to: int | datetime | None = None,
        count: int = check.COUNT_MAX,
        page: int = 1,
        before_page: Callable[[], None] = lambda: None,
    ) -> Iterator[ContactPage]:
        """getContacts, page by page from `page`; dates bound the contact's creation (Unix seconds, or aware datetimes).

        `before_page` runs before each request: there a caller takes its slot of the budget. Raises BadCall at once for
        wrong arguments, any WatbotError from the iteration.
        """
        check.check_paging(bot_id=bot_id, count=count, page=page)
        from_s, to_s = check.seconds_of("date_from", date_from), check.seconds_of("date_to", date_to)
        if from_s is not None and to_s is not None and from_s > to_s:
            raise BadCall("date_from", Text(ru="начало позже конца", en="is later than date_to"))

        def ask(number: int) -> ContactPage:
            before_page()
            return self.contact_page(bot_id=bot_id, date_from_s=from_s, date_to_s=to_s, count=count, page=number)

        return _pages(ask, page)

    def contact_page(
        self, *, bot_id: int, date_from_s: int | None = None, date_to_s: int | None = None, count: int, page: int
    ) -> ContactPage:
        """getContacts: one page (from 1) of at most `count`. Raises BadCall without a request, else WatbotError."""
        check.check_paging(bot_id=bot_id, count=count, page=page)
        query = wire.contacts_query(bot_id=bot_id, date_from_s=date_from_s, date_to_s=date_to_s, count=count, page=page)
        return _shaped(wire.page_of(self._get(wire.GET_CONTACTS, query), page))

    def create_or_update_contact(
        self,
        *,
        bot_id: int,
        messenger: Messenger,
        name: str,
        phone: str | None = None,
        email: str | None = None,
        address: str | None = None,
        telegram_id: int | None = None,
        telegram_username: str | None = None,
        viber_id: str | None = None,
        vk_id: int | None = None,
        tags: Sequence[str] | None = None,
        utm: Mapping[str, str] | None = None,
    ) -> Contact:
        """createOrUpdateContact: gives the echoed contact. `phone` is E.164, `utm` has our short keys.

        whatsapp requires `phone`, telegram `telegram_id`, viber `viber_id`, vk `vk_id`. `tags` None leaves tags alone;
        whether a list adds or replaces is Watbot's secret. Raises BadCall without a request, else WatbotError.
        """
        form = ContactForm(
            bot_id=bot_id,
            messenger=messenger,
            name=name,
            phone=phone,
            email=email,
            address=address,
            telegram_id=telegram_id,
            telegram_username=telegram_username,
            viber_id=viber_id,
            vk_id=vk_id,
            tags=None if tags is None else tuple(tags),
            utm=utm,
        )
        return self._upsert(form)

    def _upsert(self, form: ContactForm) -> Contact:
        check.check_form(form)
        answer = self._exchange.json("POST", wire.CREATE_OR_UPDATE_CONTACT, body=wire.contact_body(form))
        echo = _shaped(wire.echo_of(answer))
        wrong = wrong_echo(form, echo)
        if wrong:
            raise wrong
        return echo

    def set_ysell_status(self, contact_id: int, status: str) -> None:
        """setYsellStatus; `status` has 1 to 64 characters. Raises BadCall without a request, else WatbotError."""
        check.check_status(contact_id, status)
        body = wire.status_body(contact_id, status)
        if self._exchange.json("POST", wire.SET_YSELL_STATUS, body=body, may_be_empty=True) is not None:
            raise WatbotNonsense("shape")

    def set_contact_variable(self, contact_id: int, name: str, value: str) -> None:
        """setContactVariable: a missing one is created. Raises BadCall without a request, else WatbotError."""
        check.check_variable(contact_id, name, value)
        body = wire.variable_body(contact_id, name, value)
        # What it answers is not documented: anything without an error in it will do.
        self._exchange.json("POST", wire.SET_CONTACT_VARIABLE, body=body, may_be_empty=True)

    def delete_contact_variable(self, contact_id: int, name: str) -> None:
        """deleteContactVariable, by its name. Raises BadCall without a request, else WatbotError."""
        check.check_variable(contact_id, name, "")
        body = wire.variable_gone_body(contact_id, name)
        self._exchange.json("POST", wire.DELETE_CONTACT_VARIABLE, body=body, may_be_empty=True, takes_away=True)

    def attach_tag_to_contact(self, contact_id: int, name: str) -> None:
        """attachTagToContact: one tag, created when missing. Raises BadCall without a request, else WatbotError."""
        check.check_tag(contact_id, name)
        body = wire.tag_body(contact_id, name)
        self._exchange.json("POST", wire.ATTACH_TAG_TO_CONTACT, body=body, may_be_empty=True)

    def detach_tag_from_contact(self, contact_id: int, name: str) -> None:
        """detachTagFromContact, by its name. Raises BadCall without a request, else WatbotError."""
        check.check_tag(contact_id, name)
        body = wire.tag_body(contact_id, name)
        self._exchange.json("POST", wire.DETACH_TAG_FROM_CONTACT, body=body, may_be_empty=True, takes_away=True)

    def get_contact_tags(self, contact_id: int) -> tuple[str, ...]:
        """getContactTags: the contact's tags, in Watbot's order. Raises WatbotError."""
        check.check_id("contact_id", contact_id)
        return _shaped(wire.tags_of(self._get(wire.GET_CONTACT_TAGS, wire.contact_query(contact_id))))

    def get_me(self) -> Account:
        """getMe: the account of the token; the cheapest proof that a token works. Raises WatbotError."""
        return _shaped(wire.account_of(self._get(wire.GET_ME, {})))

    def _get(self, method: str, query: Mapping[str, str]) -> Any:
        return self._exchange.json("GET", method, query=query)


def _pages(ask: Callable[[int], ContactPage], first: int) -> Iterator[ContactPage]:
    before: tuple[int, ...] = ()
    for number in range(first, first + PAGES_MAX):
        page = ask(number)
        ids = tuple(contact.id for contact in page.contacts)
        # The same contacts again: the service takes no notice of `page`, and would go on for ever.
        if not ids or ids == before:
            return
        yield page
        if not page.more:
            return
        before = ids


def _shaped(read: T | None) -> T:
    if read is None:
        raise WatbotNonsense("shape", status=200)
    return read
