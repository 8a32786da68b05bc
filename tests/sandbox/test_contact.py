"""Contacts: what is the same contact, and both readings of what the description leaves open."""

from __future__ import annotations

from typing import Any

import pytest

from processor.sandbox.contact import TagsReading, Upsert, UtmReading, merged_tags, merged_utm
from processor.sandbox.contacts import ContactBook
from tests.sandbox.people import ANNA, BORIS, GLEB, VERA

ANNAS = {**ANNA, "phone": "79000000001"}


@pytest.mark.parametrize(
    ("reading", "held", "given", "after"),
    [
        ("add", ("a", "b"), ("c", "a"), ("a", "b", "c")),
        ("add", ("a",), (), ("a",)),
        ("add", ("a",), None, ("a",)),
        ("replace", ("a", "b"), ("c", "a"), ("c", "a")),
        ("replace", ("a",), (), ()),
        ("replace", ("a",), None, ("a",)),
        ("replace", (), ("a", "a"), ("a",)),
    ],
)
def test_tags_add_or_replace_and_absent_tags_change_nothing(
    reading: TagsReading, held: tuple[str, ...], given: tuple[str, ...] | None, after: tuple[str, ...]
) -> None:
    """The two readings of `tags`."""
    assert merged_tags(held, given, reading) == after


@pytest.mark.parametrize(
    ("reading", "held", "given", "after"),
    [
        ("store", {"utm_source": "vk"}, {"utm_term": "x"}, {"utm_source": "vk", "utm_term": "x"}),
        ("store", {"utm_source": "vk"}, {"utm_source": "ya"}, {"utm_source": "ya"}),
        ("store", {"utm_source": "vk"}, None, {"utm_source": "vk"}),
        ("ignore", {}, {"utm_source": "ya"}, {}),
    ],
)
def test_utm_is_merged_key_by_key_or_ignored(
    reading: UtmReading, held: dict[str, str], given: dict[str, str] | None, after: dict[str, str]
) -> None:
    """The two readings of `utm`."""
    assert merged_utm(held, given, reading) == after


@pytest.mark.parametrize("person", [ANNAS, BORIS, VERA, GLEB], ids=lambda person: str(person["messenger"]))
def test_bot_messenger_and_its_id_make_the_same_contact(person: dict[str, Any]) -> None:
    """The same three: the same contact; another bot: another contact."""
    book = ContactBook()
    first = book.upsert(Upsert(**person), 1)
    again = book.upsert(Upsert(**{**person, "name": "Имя после"}), 2)
    other = book.upsert(Upsert(**{**person, "bot_id": 77}), 3)
    assert (again.id, again.name, again.created_s) == (first.id, "Имя после", 1)
    assert other.id != first.id


def test_two_messengers_of_one_person_are_two_contacts() -> None:
    """A telegram contact may have the phone of a whatsapp contact."""
    book = ContactBook()
    first = book.upsert(Upsert(**ANNAS), 1)
    second = book.upsert(Upsert(**{**BORIS, "phone": ANNAS["phone"]}), 1)
    assert first.id != second.id


def test_absent_fields_leave_what_is_there() -> None:
    """Only the name always replaces."""
    book = ContactBook()
    book.upsert(Upsert(**ANNAS, email="anna@example.com", address="Москва", tags=("a",), utm={"utm_source": "vk"}), 1)
    after = book.upsert(Upsert(**{**ANNAS, "name": "Аня"}), 2)
    assert (after.name, after.email, after.address) == ("Аня", "anna@example.com", "Москва")
    assert (after.tags, after.utm) == (("a",), {"utm_source": "vk"})


def test_every_status_is_remembered_in_order() -> None:
    """The service shows none of them; the sandbox shows all."""
    book = ContactBook()
    contact_id = book.upsert(Upsert(**ANNAS), 1).id
    for status in ("Новый", "Оплачен", "Новый"):
        book.set_status(contact_id, status)
    assert book.one(contact_id).status == "Новый"
    assert book.one(contact_id).statuses == ("Новый", "Оплачен", "Новый")


def test_a_book_made_from_a_saved_one_goes_on_where_that_one_stopped() -> None:
    """Ids, identities, tags and variables all survive."""
    book = ContactBook()
    first = book.upsert(Upsert(**ANNAS, tags=("a",)), 1)
    book.set_variable(first.id, "Заказ", "1", None)
    again = ContactBook(saved=book.saved())
    assert again.upsert(Upsert(**ANNAS), 9) == book.one(first.id)
    assert again.upsert(Upsert(**BORIS), 9).id == first.id + 1
    assert again.bot_tags(1) == ["a"]
    assert again.set_variable(first.id, "Заказ", "2", None).id == book.one(first.id).variables[0].id


def test_a_variable_is_one_value_a_name_and_goes_by_name_or_number() -> None:
    """Setting again replaces; deleting what is not there is no fault."""
    book = ContactBook()
    contact_id = book.upsert(Upsert(**ANNAS), 1).id
    first = book.set_variable(contact_id, "Заказ", "1", False)
    again = book.set_variable(contact_id, "Заказ", "2", None)
    other = book.set_variable(contact_id, "Сумма", "5000", None)
    assert (again.id, again.value, again.deletable) == (first.id, "2", False)
    assert book.delete_variable(contact_id, "Нет такой", None).variables == (again, other)
    assert book.delete_variable(contact_id, "Заказ", None).variables == (other,)
    assert book.delete_variable(contact_id, None, other.id).variables == ()
