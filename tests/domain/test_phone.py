"""Phones as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.phone import PHONE_CHARACTERS_MAX, normal_phone, numbers
from tests.domain.phone_writings import WRITINGS

ANNA = "+79000000001"
BORIS = "+79000000002"
REGIONS_TRIED = ["RU", "KZ", "BY", "UZ", "KG", "TJ", "TM", "AM", "AZ", "GE", "MD", "UA", "DE", "US", "GB", "IL", "TR"]

RUSSIAN = [
    "+79000000001",
    "+7 900 000-00-01",
    "+7 (900) 000-00-01",
    "+7(900)000-00-01",
    "8 (900) 000-00-01",
    "8-900-000-00-01",
    "8.900.000.00.01",
    "8 900 000 00 01",
    "89000000001",
    "79000000001",
    "7 900 000 00 01",
    "9000000001",
    "900 000-00-01",
    "(900) 000-00-01",
    "++7 900 000 00 01",
    "+ 7 900 000 00 01",
    "+8 (900) 000-00-01",
    "+8 900 000 00 01",
    "+89000000001",
    "+7 8 (900) 000-00-01",
    "+7 +7 900 000 00 01",
    "007 900 000 00 01",
    "810 7 900 000 00 01",
    "  +7 900 000 00 01  ",
    "\t+7\n900 000 00 01\r\n",
    "+7\u00a0900\u00a0000\u00a000\u00a001",
    "+7\u2009900\u2009000–00—01",
    "+7 900 000\u201100\u201101",
    "+7 900 000−00−01",
    "\u202a+7 900 000 00 01\u202c",
    "\u200b+7\u200b9000000001",
    "+７ ９００ ０００ ００ ０１",
    "＋7（900）000－00－01",
    "+٧٩٠٠٠٠٠٠٠٠١",
    "тел. 8 900 000 00 01",
    "тел.: +7 900 000-00-01 (Анна)",
    "Анна 89000000001",
    "89000000001 Анна",
    "89000000001 whatsapp",
    "WhatsApp:+79000000001",
    "tel:+7-900-000-00-01",
    "tel:+79000000001;ext=12",
    "+7 900 000-00-01 доб. 123",
    "+7 900 000-00-01 вн 7",
    "+7 900 000-00-01 ext. 123",
    "+7 900 000-00-01 x123",
    "+7 900 000-00-01#123",
    "8 900 000 00 01, 8 900 000 00 02",
    "8 900 000 00 01; 8 900 000 00 02",
    "8 900 000 00 01 / 8 900 000 00 02",
    "8 900 000 00 01 или 8 900 000 00 02",
    "+79000000001+79000000002",
    "+79000000001 +79000000002",
    "89000000001 89000000002",
    "8 900 000 00 01 8 900 000 00 02",
    "12, 8 900 000 00 01",
    "нет, +7 900 000 00 01",
    "8/900/000/00/01",
    "8,900,000-00-01",
    "+7_900_000_00_01",
    "p:+79000000001",
    "'+79000000001",
    '"89000000001"',
]

ELSEWHERE = [
    ("8 (495) 123-45-67", "RU", "+74951234567"),
    ("+8 (495) 123-45-67", "RU", "+74951234567"),
    ("8 800 555-35-35", "RU", "+78005553535"),
    ("8 701 123 45 67", "KZ", "+77011234567"),
    ("87011234567", "KZ", "+77011234567"),
    ("7011234567", "KZ", "+77011234567"),
    ("77011234567", "KZ", "+77011234567"),
    ("87011234567", "RU", "+77011234567"),
    ("79000000001", "KZ", "+79000000001"),
    ("80 29 123-45-67", "BY", "+375291234567"),
    ("8 029 123-45-67", "BY", "+375291234567"),
    ("375291234567", "BY", "+375291234567"),
    ("375 29 123-45-67", "RU", "+375291234567"),
    ("+375 (29) 123-45-67", "RU", "+375291234567"),
    ("8 10 375 29 123 45 67", "RU", "+375291234567"),
    ("380501234567", "RU", "+380501234567"),
    ("998901234567", "RU", "+998901234567"),
    ("+44 20 7946 0958", "RU", "+442079460958"),
    ("020 7946 0958", "GB", "+442079460958"),
    ("+1 (650) 253-0000", "RU", "+16502530000"),
    ("(650) 253-0000", "US", "+16502530000"),
    ("+49 30 901820", "RU", "+4930901820"),
    ("+84951234567", "RU", "+84951234567"),
    ("00 44 20 7946 0958", "RU", "+442079460958"),
    ("+7 900 000 00 01", "XX", "+79000000001"),
    ("8 900 000 00 01", "", None),
]

NOTHING = [
    "",
    " ",
    "нет",
    "+",
    "+7",
    "+7 (___) ___-__-__",
    "8 (900)",
    "1234567",
    "0000000000",
    "+70000000000",
    "8 299 123-45-67",
    "anna@example.com",
    "12.03.2025",
    "900 000-00-0",
    "9" * 19,
    "\x00\x01",
    "\ud800",
    "½¾²³",
    "x" * 5000,
]


@pytest.mark.parametrize("written", RUSSIAN)
def test_a_russian_number_is_read_however_it_is_written(written: str) -> None:
    """The first number of the text is Anna's."""
    assert normal_phone(written) == ANNA


@pytest.mark.parametrize(("written", "region", "phone"), ELSEWHERE)
def test_a_number_is_read_by_the_habits_of_its_region(written: str, region: str, phone: str | None) -> None:
    """The region decides about numbers that name no country, and about the leading 8."""
    assert normal_phone(written, region) == phone


@pytest.mark.parametrize("written", NOTHING)
def test_what_is_no_number_gives_none(written: str) -> None:
    """A wrong number is worse than none: a stranger would get the message."""
    assert normal_phone(written) is None


def test_every_number_of_a_text_is_found_once_and_in_order() -> None:
    """Two numbers in one field are common."""
    assert numbers("+7 900 000 00 02, 89000000001; 8 900 000-00-02") == (BORIS, ANNA)


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    """The cost of a hostile text is bounded."""
    assert normal_phone("-" * PHONE_CHARACTERS_MAX + ANNA) is None


@pytest.mark.parametrize(("written", "region", "phones"), WRITINGS)
def test_a_writing_gives_the_numbers_that_an_owner_reads_in_it(
    written: str, region: str, phones: tuple[str, ...]
) -> None:
    """All of them, in order; the first is the customer's."""
    assert numbers(written, region) == phones
    assert normal_phone(written, region) == (phones[0] if phones else None)


@pytest.mark.parametrize(
    "unit", ["8", "+7", "8 900 000 00 01 ", "1.", "%2B", "&#43;", "@", "заказ ", "\u202e", "7.9E+1"]
)
def test_a_mebibyte_costs_no_more_than_its_beginning(unit: str) -> None:
    """What stands behind the bound is not looked at."""
    text = unit * (2**20 // len(unit.encode()))
    assert numbers(text) == numbers(text[:PHONE_CHARACTERS_MAX])


@given(st.text(max_size=200), st.sampled_from(["RU", "KZ", "BY", "GB", "ZZ", "", "ru"]))
def test_any_text_gives_a_number_in_e164_or_none(written: str, region: str) -> None:
    """Nothing that a stranger writes may raise."""
    phone = normal_phone(written, region)
    assert phone is None or (phone[0] == "+" and phone[1:].isascii() and phone[1:].isdigit() and len(phone) <= 16)


@given(st.text(alphabet="+0123456789()-. ,;/добext", max_size=60))
def test_reading_a_number_again_changes_nothing(written: str) -> None:
    """E.164 is read as itself."""
    phone = normal_phone(written)
    assert phone is None or normal_phone(phone) == phone
