"""The common pieces: forms, bodies, single values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.sender import SENDERS
from processor.domain.source import Source
from processor.errors import NotFound, Unreadable
from processor.sources.alias import known_field
from processor.sources.body import read_body, read_json
from processor.sources.form import DEPTH_MAX, FIELDS_MAX, nest, read_multipart, read_pairs
from processor.sources.registry import PRESETS, preset_of
from processor.sources.scalar import email_of, flag_of, number_of, text_of
from tests.harness.deliveries import multipart

TREES: list[tuple[list[tuple[str, str]], dict[str, Any]]] = [
    ([("a", "1")], {"a": "1"}),
    ([("a", "1"), ("a", "2"), ("a", "3")], {"a": ["1", "2", "3"]}),
    ([("a[b]", "1"), ("a[c]", "2")], {"a": {"b": "1", "c": "2"}}),
    ([("a[0]", "1"), ("a[1]", "2")], {"a": ["1", "2"]}),
    ([("a[1]", "1"), ("a[0]", "2")], {"a": {"1": "1", "0": "2"}}),
    ([("a[]", "1"), ("a[]", "2")], {"a": ["1", "2"]}),
    ([("a[][b]", "1"), ("a[][b]", "2")], {"a": [{"b": "1"}, {"b": "2"}]}),
    ([("a[0][b][c]", "1")], {"a": [{"b": {"c": "1"}}]}),
    ([("a", "1"), ("a[b]", "2")], {"a": {"b": "2"}}),
    ([("a[b]", "1"), ("a", "2")], {"a": "2"}),
    ([("a[b", "1"), ("[b]", "2"), ("a]", "3"), ("a[b]c", "4")], {"a[b": "1", "[b]": "2", "a]": "3", "a[b]c": "4"}),
    ([("a[b[c]]", "1")], {"a[b[c]]": "1"}),
    ([("Ваш телефон", "1"), ("a b[c d]", "2")], {"Ваш телефон": "1", "a b": {"c d": "2"}}),
    ([("a" + "[b]" * DEPTH_MAX, "1")], {"a" + "[b]" * DEPTH_MAX: "1"}),
    ([("a" + "[b]" * 1000, "1")], {"a" + "[b]" * 1000: "1"}),
    ([("a[2]", "1"), ("a[]", "2")], {"a": {"2": "1", "1": "2"}}),
]


@pytest.mark.parametrize(("pairs", "tree"), TREES)
def test_brackets_make_a_tree(pairs: list[tuple[str, str]], tree: dict[str, Any]) -> None:
    """As PHP reads them; what is no proper bracket stays a plain name."""
    assert nest(pairs) == tree


@given(st.lists(st.tuples(st.text(alphabet="ab[]0+% &=ы", max_size=6), st.text(max_size=6)), max_size=8))
def test_a_form_is_read_as_the_standard_library_reads_it(pairs: list[tuple[str, str]]) -> None:
    """Ours is only faster."""
    text = urlencode([(name, value.encode(errors="replace")) for name, value in pairs])
    assert read_pairs(text) == parse_qsl(text, keep_blank_values=True)


@pytest.mark.parametrize("count", [FIELDS_MAX, FIELDS_MAX + 1, 524_288])
def test_a_form_has_a_bounded_number_of_fields(count: int) -> None:
    """A thousand are read, more are refused before they are built."""
    text = "a&" * (count - 1) + "a"
    if count > FIELDS_MAX:
        with pytest.raises(Unreadable):
            read_pairs(text)
    else:
        assert len(read_pairs(text)) == count


BROKEN_FORMS: list[tuple[bytes, str]] = [
    (b"", "multipart/form-data"),
    (b"x", "multipart/form-data; boundary="),
    (b"x", "multipart/form-data; boundary=" + "b" * 5000),
    (b"--b\r\n\r\n", "multipart/form-data; boundary=b"),
    (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", "multipart/form-data; boundary=b"),
    (b'--b\r\nContent-Disposition: form-data; name="a"', "multipart/form-data; boundary=b"),
    (
        b'--b\r\nContent-Disposition: form-data; name="\xff\x98"\r\n\r\nx\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
    ),
    (b"--b\r\nContent-Transfer-Encoding: base64\r\n\r\n=\r\n--b--\r\n", "multipart/form-data; boundary=b"),
    (b"x", "multipart/mixed; boundary=ы"),
    (multipart([(f"a{at}", "1") for at in range(FIELDS_MAX + 1)])[0], "multipart/form-data; boundary=example-border"),
]


@pytest.mark.parametrize(("body", "content_type"), BROKEN_FORMS)
def test_a_broken_multipart_form_gives_what_is_whole_or_is_unreadable(body: bytes, content_type: str) -> None:
    """Nothing else is raised."""
    try:
        assert isinstance(read_multipart(body, content_type), list)
    except Unreadable:
        return


BODIES: list[tuple[bytes, str, str, Any]] = [
    (b"", "application/json", "empty", {}),
    (b" \r\n", "", "empty", {}),
    (b'\xef\xbb\xbf{"a":1}', "", "json", {"a": 1}),
    (b" " * 100 + b'{"a":1}', "", "json", {"a": 1}),
    (b'{"a":NaN,"b":[Infinity,-Infinity],"c":1e400}', "", "json", {"a": None, "b": [None, None], "c": None}),
    (b'{"a":1,"a":2}', "", "json", {"a": 2}),
    (b'{"a":12345678901234567890123}', "", "json", {"a": "12345678901234567890123"}),
    (b'{"a":' + b"9" * 5000 + b"}", "", "json", {"a": "9" * 400}),
    (b'{"a":"\\ud800","\\udfff":1}', "", "json", {"a": "?", "?": 1}),
    (b'{"a":"\\ud83d\\ude00"}', "", "json", {"a": "😀"}),
    (b'{"a":"x\ny\x00"}', "", "json", {"a": "x\ny\x00"}),
    ('{"a":"ы"}'.encode("cp1251"), "", "json", {"a": "ы"}),
    (b"a=%FB", "", "form", {"a": "ы"}),
    (b"a=%D1%8B&b=+%2B", "application/json", "form", {"a": "ы", "b": " +"}),
    (b"a=%zz%", "", "form", {"a": "%zz%"}),
    (b"[]", "", "json", []),
    (b"text", "text/plain", "form", {"text": ""}),
]


@pytest.mark.parametrize(("body", "content_type", "kind", "tree"), BODIES)
def test_a_body_is_read_for_what_it_is(body: bytes, content_type: str, kind: str, tree: Any) -> None:
    """Whatever its content type says."""
    read = read_body(body, content_type)
    assert (read.kind, read.tree) == (kind, tree)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 65 + b"]" * 65, b'{"a":1}x', b'{"a"', b'{"\x98\xff":1}']
)
def test_a_body_without_sense_is_unreadable(body: bytes) -> None:
    """Too deep, broken, or no text."""
    with pytest.raises(Unreadable):
        read_json(body)


NUMBERS: list[tuple[Any, str | None]] = [
    ("5000", "5000"),
    ("5 000,50", "5000.50"),
    ("5\u00a0000.50", "5000.50"),
    ("5\u202f000 ₽", "5000"),
    ("1 200 руб.", "1200"),
    ("RUB 12.00", "12.00"),
    ("1,234.56", "1234.56"),
    ("1.234,56", "1234.56"),
    ("1,234,567", "1234567"),
    ("1.234.567", "1234567"),
    ("1'234.5", "1234.5"),
    ("-5", "-5"),
    ("−5", "-5"),
    (".5", ".5"),
    ("5.", "5"),
    (5, "5"),
    (5.25, "5.25"),
    (1e-7, "1e-7"),
    (Decimal("7.10"), "7.10"),
    ("1e5", None),
    ("0x10", None),
    ("5 of 6", None),
    ("пять", None),
    ("", None),
    (".", None),
    ("+-5", None),
    ("١٢", None),
    ("9" * 21, None),
    ("9" * 5000, None),
    (10**21, None),
    (1e300, None),
    (float("nan"), None),
    (float("inf"), None),
    (Decimal("NaN"), None),
    (Decimal("1e999999"), None),
    (True, None),
    (None, None),
    ([], None),
    ({}, None),
]


@pytest.mark.parametrize(("sent", "number"), NUMBERS)
def test_a_number_is_read_as_people_write_it(sent: Any, number: str | None) -> None:
    """Finite and of at most 20 digits, else it is absent."""
    assert number_of(sent) == (None if number is None else Decimal(number))


TEXTS: list[tuple[Any, str | None]] = [
    (" a ", "a"),
    ("a\x00b", "ab"),
    ("\x00", None),
    ("a\nb", "a\nb"),
    ("\ud800", "?"),
    (5, "5"),
    (5.0, "5"),
    (5.50, "5.5"),
    (100000, "100000"),
    (True, "true"),
    (["a", 5, "", ["x"], {}], "a, 5"),
    ({}, None),
    (None, None),
    (float("nan"), None),
    ("я" * 9000, "я" * 4000),
]


@pytest.mark.parametrize(("sent", "text"), TEXTS)
def test_a_text_is_trimmed_clean_and_bounded(sent: Any, text: str | None) -> None:
    """Whatever type it came as."""
    assert text_of(sent) == text


def test_words_for_yes_and_no_and_addresses_are_known() -> None:
    """In both languages."""
    assert [flag_of(word) for word in (True, "Да", 1, "0", "нет", "может быть", None)] == [
        True,
        True,
        True,
        False,
        False,
        None,
        None,
    ]
    assert [email_of(text) for text in ("mailto:a@b.ru", "a@b", "a b@c.ru, d@e.ru", 5)] == [
        "a@b.ru",
        None,
        "b@c.ru",
        None,
    ]
    assert [known_field(label) for label in ("ТЕЛЕФОН_12", "e-mail", "Имя *", "Размер", "x" * 99)] == [
        "phone",
        "email",
        "name",
        None,
        None,
    ]


def test_every_preset_is_found_by_its_name() -> None:
    """And a wrong name gets the nearest one told."""
    assert sorted(PRESETS) == sorted(SENDERS)
    assert all(preset_of(Source("s", name)) is preset for name, preset in PRESETS.items())
    assert all(sender.proofs for sender in SENDERS.values())
    with pytest.raises(NotFound, match="tilda"):
        preset_of(Source("s", "tilde"))
