"""UTM marks wherever senders hide them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.event import Utm
from processor.domain.utm import (
    MARKS,
    QUERY_CHARACTERS_MAX,
    VALUE_CHARACTERS_MAX,
    clean_value,
    first_of,
    utm_from_mapping,
    utm_from_query,
)
from tests.domain.utm_writings import ENCODINGS, PLACES, SEPARATORS, VALUES

SPRING = "весна"
IN_CP1251 = quote(SPRING.encode("cp1251"))

QUERIES = [
    ("utm_source=vk", Utm(source="vk")),
    ("?utm_source=vk&utm_medium=cpc", Utm(source="vk", medium="cpc")),
    ("https://example.com/?utm_source=vk", Utm(source="vk")),
    ("https://example.com/a=b/?utm_source=vk", Utm(source="vk")),
    ("/landing?a=1&utm_source=vk&b=2", Utm(source="vk")),
    ("https://example.com/#utm_source=vk", Utm(source="vk")),
    ("https://example.com/?a=1#/page?utm_source=vk", Utm(source="vk")),
    ("https://example.com/?utm_source=vk#utm_medium=cpc", Utm(source="vk", medium="cpc")),
    ("UTM_Source=vk&Utm_Campaign=x", Utm(source="vk", campaign="x")),
    ("utm_source=vk&amp;utm_medium=cpc", Utm(source="vk", medium="cpc")),
    ("utm_source=+vk+&utm_term=a+b", Utm(source="vk", term="a b")),
    ("utm_source=VK", Utm(source="VK")),
    (f"utm_campaign={quote(SPRING)}", Utm(campaign=SPRING)),
    (f"utm_campaign={quote(quote(SPRING))}", Utm(campaign=SPRING)),
    (f"utm_campaign={IN_CP1251}", Utm(campaign=SPRING)),
    (f"utm_campaign={quote(IN_CP1251)}", Utm(campaign=SPRING)),
    (f"utm_campaign={SPRING}", Utm(campaign=SPRING)),
    ("utm%5Fsource=vk", Utm(source="vk")),
    ("utm_source=a=b", Utm(source="a=b")),
    ("utm_source=50%off", Utm(source="50%off")),
    ("utm_source=first&utm_source=second", Utm(source="first")),
    ("utm_source=&utm_source=second", Utm(source="second")),
    ("utm_source=%00vk%0a", Utm(source="vk")),
    ("utm_source=\ud800vk%41", Utm(source="vkA")),
    ("utm_source=&utm_medium=%20", None),
    ("utm_id=5&gclid=7", None),
    ("https://example.com/utm_source", None),
    ("", None),
    ("?#&&==", None),
]

FIELDS: list[tuple[dict[Any, Any], Utm | None]] = [
    ({"utm_source": "vk", "name": "Анна"}, Utm(source="vk")),
    ({"UTM_SOURCE": " vk ", "utm-medium": "cpc"}, Utm(source="vk", medium="cpc")),
    ({"utm_source": ["vk", "ok"]}, Utm(source="vk")),
    ({"utm_source": 5}, Utm(source="5")),
    ({"utm_source": quote(SPRING)}, Utm(source=SPRING)),
    ({"utm_source": "a+b"}, Utm(source="a+b")),
    ({"utm_source": None, "utm_medium": [], "utm_term": {}, "utm_content": True}, None),
    ({"utm_source": 10**40}, None),
    ({1: 2, None: 3}, None),
    ({"source": "vk"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("query", "utm"), QUERIES)
def test_marks_are_found_in_an_address(query: str, utm: Utm | None) -> None:
    """In the query or in the fragment, encoded once, twice, or in cp1251."""
    assert utm_from_query(query) == utm


@pytest.mark.parametrize(("fields", "utm"), FIELDS)
def test_marks_are_found_among_fields(fields: dict[Any, Any], utm: Utm | None) -> None:
    """Names in any case; what is no text is left out."""
    assert utm_from_mapping(fields) == utm


@pytest.mark.parametrize(("query", "utm"), [*ENCODINGS, *SEPARATORS, *PLACES])
def test_marks_are_read_in_every_encoding_met(query: str, utm: Utm | None) -> None:
    """However often encoded, whatever stands between them, wherever in the address they are."""
    assert utm_from_query(query) == utm


@pytest.mark.parametrize(("sent", "value"), VALUES)
def test_a_value_is_what_the_advertiser_wrote_or_absent(sent: Any, value: str | None) -> None:
    """A place of a template that nobody filled in, and a program's word for nothing, are no marks."""
    assert clean_value(sent) == value
    assert utm_from_mapping({"utm_content": sent}) == (Utm(content=value) if value else None)


def test_a_part_of_their_own_may_leave_out_the_prefix() -> None:
    """`{"utm": {"source": "vk"}}` and `{"utm": {"utm_source": "vk"}}` say the same."""
    assert utm_from_mapping({"source": "vk"}, own_part=True) == Utm(source="vk")
    assert utm_from_mapping({"utm_source": "vk", "source": "ok"}, own_part=True) == Utm(source="vk")


def test_marks_of_two_places_are_never_mixed() -> None:
    """The first place that has any wins as a whole."""
    assert first_of(None, Utm(source="vk"), Utm(medium="cpc")) == Utm(source="vk")
    assert first_of(None) is None


def test_a_long_value_is_cut() -> None:
    """Also when it was encoded."""
    assert utm_from_query("utm_source=" + quote("я" * 1000)) == Utm(source="я" * VALUE_CHARACTERS_MAX)


@given(st.text(max_size=300) | st.from_regex(r"(utm_(source|term)=[%A-F0-9+]{0,20}&?){0,5}", fullmatch=True))
def test_any_text_gives_bounded_marks_that_can_be_written(text: str) -> None:
    """Nothing that a stranger writes may raise, or be unfit for UTF-8."""
    utm = utm_from_query(text)
    for value in (utm.source, utm.term) if utm else ():
        assert value is None or (0 < len(value) <= VALUE_CHARACTERS_MAX and value.encode())


HOSTILE = [
    "%25",
    "%",
    "&amp;",
    "&",
    "utm_source=",
    "utm_source=%2520&",
    "?",
    "{",
    "[utm",
    "__A",
    ";",
    " ",
    "|||",
    "%u00",
    '"',
]


@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize("before", ["", "utm_source="])
def test_a_mebibyte_costs_no_more_than_its_beginning(before: str, unit: str) -> None:
    """What stands behind the bound is not looked at."""
    text = before + unit * (2**20 // len(unit))
    assert utm_from_query(text) == utm_from_query(text[:QUERY_CHARACTERS_MAX])
    value = clean_value(text)
    assert value is None or len(value) <= VALUE_CHARACTERS_MAX


ODD = st.text(max_size=40) | st.text(alphabet="%25u0D1amp;&#38<>{}[]_+ \"'=|я", max_size=60)


@given(st.dictionaries(st.sampled_from([f"utm_{mark}" for mark in MARKS]), ODD))
def test_marks_that_were_read_are_read_as_themselves(fields: dict[str, str]) -> None:
    """As fields, and in the query that a browser makes of them."""
    utm = utm_from_mapping(fields)
    if utm is None:
        return
    read = {f"utm_{mark}": value for mark in MARKS if (value := getattr(utm, mark))}
    assert utm_from_mapping(read) == utm
    assert utm_from_query("https://shop.example/?" + urlencode(read)) == utm
