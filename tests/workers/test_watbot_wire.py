"""Watbot's answers are read tolerantly, and requests have exactly the documented fields."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.watbot import readers, wire
from workers.watbot.contact import Contact, ContactForm

ECHO: dict[str, Any] = {
    "id": 41,
    "bot_id": 1,
    "phone": "79000000001",
    "email": "anna@example.com",
    "name": "Анна",
    "address": None,
    "messenger": "whatsapp",
    "utm": [],
    "avatar": None,
    "telegram_id": None,
    "telegram_username": None,
    "vk_user_id": None,
    "viber_id": None,
    "created_at": "2026-01-02T10:00:00+03:00",
    "unsubscribed_at": None,
    "tags": ["Горячий"],
    "variables": [],
}


def test_the_documented_echo_is_read_whole() -> None:
    """The empty list that PHP writes for no UTM is no UTM."""
    assert wire.echo_of({"data": ECHO}) == Contact(
        id=41,
        bot_id=1,
        messenger="whatsapp",
        name="Анна",
        phone="+79000000001",
        email="anna@example.com",
        tags=("Горячий",),
        variables={},
        created_at=datetime(2026, 1, 2, 10, tzinfo=timezone(timedelta(hours=3))),
    )


ODD_VALUES: list[tuple[str, Any, str, Any]] = [
    ("id", "41", "id", 41),
    ("id", 41.0, "id", 41),
    ("bot_id", "1", "bot_id", 1),
    ("bot_id", [], "bot_id", None),
    ("phone", "+79000000001", "phone", "+79000000001"),
    ("phone", 79000000001, "phone", "+79000000001"),
    ("phone", "+7 (900) 000-00-01", "phone", "+79000000001"),
    ("phone", "не указан", "phone", None),
    ("phone", "", "phone", None),
    ("phone", "1" * 16, "phone", None),
    ("name", "  ", "name", None),
    ("name", 7, "name", "7"),
    ("email", False, "email", None),
    ("utm", None, "utm", None),
    ("utm", {}, "utm", None),
    ("utm", {"utm_source": None, "utm_medium": ""}, "utm", None),
    ("utm", {"utm_source": "yandex", "utm_medium": "cpc"}, "utm", {"source": "yandex", "medium": "cpc"}),
    ("utm", {"source": "vk", "other": 1}, "utm", {"source": "vk"}),
    ("utm", "yandex", "utm", None),
    ("telegram_id", 12345, "telegram_id", "12345"),
    ("telegram_id", "12345", "telegram_id", "12345"),
    ("vk_user_id", 77, "vk_id", "77"),
    ("vk_id", "77", "vk_id", "77"),
    ("tags", None, "tags", None),
    ("tags", [], "tags", ()),
    ("tags", [{"id": 1, "name": "VIP"}, {"id": 2}], "tags", ("VIP",)),
    ("tags", ["a", "", "a", None, "b"], "tags", ("a", "b")),
    ("tags", {"0": "a", "2": "b"}, "tags", ("a", "b")),
    ("tags", "a", "tags", None),
    ("variables", None, "variables", None),
    ("variables", {"Город": "Казань", "odd": []}, "variables", {"Город": "Казань"}),
    ("variables", [{"name": "Город", "value": None}], "variables", {"Город": ""}),
    ("variables", [{"value": 5, "variable": {"name": "Заказ"}}, 3], "variables", {"Заказ": "5"}),
    ("created_at", "yesterday", "created_at", None),
    ("created_at", "2026-01-02 10:00:00", "created_at", datetime(2026, 1, 2, 10, tzinfo=UTC)),
    ("created_at", "2026-01-02T10:00:00.000000Z", "created_at", datetime(2026, 1, 2, 10, tzinfo=UTC)),
    ("created_at", 0, "created_at", datetime(1970, 1, 1, tzinfo=UTC)),
    ("created_at", 10**18, "created_at", None),
    ("created_at", "0001-01-01T00:00:00+14:00", "created_at", None),
    ("unsubscribed_at", "2026-01-02T10:00:00Z", "unsubscribed_at", datetime(2026, 1, 2, 10, tzinfo=UTC)),
    ("something_new", {"a": [1]}, "name", "Анна"),
]


@pytest.mark.parametrize(("key", "value", "attribute", "expected"), ODD_VALUES)
def test_an_odd_value_is_read_or_left_out(key: str, value: Any, attribute: str, expected: Any) -> None:
    """It never breaks the rest of the contact."""
    contact = wire.contact_of(ECHO | {key: value})
    assert contact is not None
    assert getattr(contact, attribute) == expected


@pytest.mark.parametrize("row", [None, [], "41", {}, {"id": None}, {"id": 0}, {"id": True}, {"id": "x"}, {"id": -1}])
def test_what_has_no_id_is_no_contact(row: Any) -> None:
    """Nothing can be asked of it later."""
    assert wire.contact_of(row) is None


def test_what_an_answer_does_not_tell_is_none() -> None:
    """Untold tags are not the same as no tags."""
    assert wire.contact_of({"id": 1}) == Contact(id=1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*ECHO, "data", "meta", "x"]), inner, max_size=6)
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_json_at_all_breaks_a_reader(value: Any) -> None:
    """Everything that can be said in JSON is read or left out."""
    wire.contact_of({"id": 1, **{key: value for key in ECHO if key != "id"}})
    wire.contact_of(value)
    wire.echo_of(value)
    wire.page_of(value, 1)
    wire.tags_of(value)
    wire.account_of(value)
    readers.pairs(value)


PAGES: list[tuple[str, Any, int, bool]] = [
    ("meta says more", {"data": [ECHO], "meta": {"last_page": 3}}, 1, True),
    ("meta says last", {"data": [ECHO], "meta": {"last_page": 3}}, 3, False),
    ("meta in strings", {"data": [ECHO], "meta": {"last_page": "3", "total": "9"}}, 3, False),
    ("links say more", {"data": [ECHO], "links": {"next": "https://example.com/?page=2"}}, 1, True),
    ("links say last", {"data": [ECHO], "links": {"next": None}}, 1, False),
    ("nobody tells", {"data": [ECHO]}, 1, True),
    ("nobody tells readably", {"data": [ECHO], "meta": [], "links": []}, 1, True),
    ("they disagree", {"data": [ECHO], "meta": {"last_page": 1}, "links": {"next": "https://example.com/"}}, 1, True),
    ("an empty page", {"data": [], "meta": {"last_page": 9}}, 1, False),
    ("a list with holes", {"data": {"0": ECHO, "2": ECHO}}, 1, True),
    ("a bare list", [ECHO], 1, True),
]


@pytest.mark.parametrize(("answer", "number", "more"), [case[1:] for case in PAGES], ids=[case[0] for case in PAGES])
def test_a_page_tells_whether_more_may_follow(answer: Any, number: int, more: bool) -> None:
    """In doubt it may: an empty page ends it."""
    page = wire.page_of(answer, number)
    assert page is not None
    assert (page.page, page.more) == (number, more)


def test_rows_without_an_id_are_counted_not_lost_silently() -> None:
    """The readable rest of the page is kept."""
    page = wire.page_of({"data": [ECHO, {"name": "?"}, None], "meta": {"total": 3}}, 1)
    assert page is not None
    assert (len(page.contacts), page.unreadable, page.total) == (1, 2, 3)


@pytest.mark.parametrize("answer", [None, {}, {"data": None}, {"data": "x"}, {"data": [1, 2]}, "x", {"message": "?"}])
def test_what_is_no_page_is_none(answer: Any) -> None:
    """A list with no readable contact in it is no page either."""
    assert wire.page_of(answer, 1) is None


def test_the_body_of_a_contact_has_the_documented_fields_and_nothing_that_is_none() -> None:
    """UTM goes under its long names, vk under vk_id."""
    form = ContactForm(
        bot_id=1,
        messenger="vk",
        name="Анна",
        phone="+79000000001",
        email="anna@example.com",
        address="Казань",
        telegram_username="anna",
        vk_id=77,
        tags=("VIP",),
        utm={"source": "vk"},
    )
    assert wire.contact_body(form) == {
        "bot_id": 1,
        "messenger": "vk",
        "name": "Анна",
        "email": "anna@example.com",
        "phone": "+79000000001",
        "address": "Казань",
        "telegram_username": "anna",
        "vk_id": 77,
        "tags": ["VIP"],
        "utm": {"utm_source": "vk"},
    }
    assert wire.contact_body(ContactForm(bot_id=1, messenger="viber", name="Анна", viber_id="v")) == {
        "bot_id": 1,
        "messenger": "viber",
        "name": "Анна",
        "viber_id": "v",
    }


def test_the_query_of_contacts_leaves_out_dates_that_were_not_given() -> None:
    """All values are text."""
    assert wire.contacts_query(bot_id=1, date_from_s=5, date_to_s=None, count=500, page=2) == {
        "bot_id": "1",
        "date_from": "5",
        "count": "500",
        "page": "2",
    }


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"data": {"id": 5, "name": "Магазин", "email": "a@example.com"}}, (5, "Магазин", "a@example.com")),
        ({"id": "5", "name": "Магазин"}, (5, "Магазин", None)),
        ({"data": {"login": "x"}}, (None, None, None)),
    ],
)
def test_an_account_is_read_wrapped_or_bare(answer: Any, expected: tuple[Any, ...]) -> None:
    """getMe's shape is not documented."""
    account = wire.account_of(answer)
    assert account is not None
    assert (account.id, account.name, account.email) == expected
