"""How a Tilda delivery is told from another, and what Tilda is answered."""

from __future__ import annotations

from typing import Any

import pytest

from processor.domain.source import Source
from processor.errors import Unreadable
from processor.sources.registry import PRESETS
from tests.harness.deliveries import tilda_form, tilda_payment
from tests.sources.asking import events, inbound, key

KEY = "landing-key-1"
LANDING = Source("landing", "tilda", secrets=(KEY,))

KEYS: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({}, {}, True),
    ({"COOKIES": "a=1"}, {"COOKIES": "a=2"}, True),
    ({"api-key": KEY}, {"api-key": "another"}, True),
    ({"Name": "Анна"}, {"Name": "Борис"}, False),
    ({"tranid": "1:1"}, {"tranid": "1:2"}, False),
    ({"formid": "form1"}, {"formid": "form2"}, False),
    ({"payment": tilda_payment()}, {"payment": tilda_payment(systranid="5")}, False),
    ({"payment": tilda_payment(order="1")}, {"payment": tilda_payment(order="2")}, False),
    ({"a": "1", "b": ""}, {"a": "", "b": "1"}, False),
    ({"ab": "c"}, {"a": "bc"}, False),
]


@pytest.mark.parametrize(("one", "other", "same"), KEYS)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_repetition_has_the_same_key_and_another_submission_another(
    one: dict[str, Any], other: dict[str, Any], same: bool, as_json: bool
) -> None:
    """The key of the owner and the cookies do not count."""
    first, second = (key(inbound(*tilda_form(fields, as_json=as_json)), LANDING) for fields in (one, other))
    assert (first == second) == same


def test_a_key_shows_what_it_is_of() -> None:
    """People read keys in the journal."""
    assert key(inbound(*tilda_form()), LANDING).startswith("form:467251_8442970:form171:")
    assert key(inbound(*tilda_form({"payment": tilda_payment()})), LANDING).startswith("order:1482190531:unpaid:")
    assert key(inbound(b"[1]"), LANDING).startswith("unreadable:")


@pytest.mark.parametrize("body", [b"[1]", b"{", b"\x98", b"a&" * 1001, b'{"payment":"{"}', b"payment={"])
def test_what_cannot_be_read_is_unreadable_and_still_has_a_key(body: bytes) -> None:
    """The receiver keeps it all the same."""
    assert key(inbound(body), LANDING)
    with pytest.raises(Unreadable):
        events(inbound(body), LANDING)


def test_tilda_is_answered_200() -> None:
    """It is not documented that any other code satisfies it."""
    assert PRESETS["tilda"].queued_status == 200
