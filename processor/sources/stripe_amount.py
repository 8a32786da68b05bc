"""Stripe's amounts: whole numbers of a currency's smallest unit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from processor.sources.scalar import number_of

# A yen has no smaller unit. The Ugandan shilling and the Icelandic krona have none either, but Stripe counts them in
# hundredths still.
WHOLE: Final = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
THOUSANDTHS: Final = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])


def amount_of(minor: Any, currency: str | None) -> Decimal | None:
    """An amount in the currency itself: 540000 RUB is 5400, 5400 JPY is 5400; None without a currency."""
    number = number_of(minor) if isinstance(minor, int | float) else None
    if number is None or not currency:
        return None
    code = currency.upper()
    return number if code in WHOLE else number.scaleb(-3 if code in THOUSANDTHS else -2)
