"""Numbers as people write them."""

from decimal import Decimal

import pytest

from processor.domain.numeral import is_doubtful, number_of

WRITTEN = [
    ("5000", "5000"),
    ("5 000,50", "5000.50"),
    ("5\u00a0000", "5000"),
    ("5000₽", "5000"),
    ("5 000 ₽", "5000"),
    ("5 000 руб.", "5000"),
    ("5 000,50 р.", "5000.50"),
    ("10 рублей", "10"),
    ("$5", "5"),
    ("€ 5,5", "5.5"),
    ("10 тг", "10"),
    ("1,234.56", "1234.56"),
    ("1.234.567,50", "1234567.50"),
    ("1,234,567", "1234567"),
    ("-3,5", "-3.5"),
    ("−3,5", "-3.5"),
    ("5,000", "5.000"),
    ("5 шт", None),
    ("₽", None),
    ("", None),
    ("1.2.3", None),
    ("5.", None),
    ("1 2", None),
    ("24.11.2026", None),
    ("9" * 41, None),
    ("1e5", None),
]


@pytest.mark.parametrize(("text", "number"), WRITTEN)
def test_a_number_is_read_the_russian_way_and_the_english(text: str, number: str | None) -> None:
    """With its currency or without; what is no number is none."""
    assert number_of(text) == (None if number is None else Decimal(number))


def test_five_comma_three_zeros_is_doubtful() -> None:
    """Thousands to one reader, a fraction to another."""
    assert [is_doubtful(text) for text in ("5,000", "-12,345", "5,50", "1,234,567", "5000")] == [
        True,
        True,
        False,
        False,
        False,
    ]
