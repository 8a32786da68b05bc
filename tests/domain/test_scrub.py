"""Secrets and people's data do not reach what is printed."""

import html
import json
import time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.scrub import DEPTH_MAX, Scrubber, mask_email, mask_people, mask_phone

SECRET = 's3cr/et tok+én"&x'

SPELLINGS = {
    "as it is": SECRET,
    "percent-encoded": quote(SECRET, safe=""),
    "percent-encoded with slashes": quote(SECRET),
    "percent-encoded in lower case": quote(SECRET, safe="").lower(),
    "percent-encoded twice": quote(quote(SECRET, safe=""), safe=""),
    "as a form": quote_plus(SECRET),
    "as JSON": json.dumps(SECRET)[1:-1],
    "as JSON in Unicode": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "as PHP writes JSON": SECRET.replace("/", "\\/").replace('"', '\\"'),
    "as HTML": html.escape(SECRET),
    "as a repr": repr(SECRET)[1:-1],
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_a_secret_is_replaced_however_it_is_spelled(spelling: str) -> None:
    """The text around it stays."""
    assert Scrubber([SECRET]).scrub(f"before {spelling} after") == "before *** after"


@given(st.text(min_size=1, max_size=40).filter(lambda secret: "*" not in secret), st.text(max_size=40))
def test_no_secret_survives_in_any_text(secret: str, around: str) -> None:
    """Neither raw nor percent-encoded; what replaces it may itself make no new one."""
    try:
        encoded = quote(secret, safe="")
    except UnicodeEncodeError:
        encoded = secret
    scrubbed = Scrubber([secret]).scrub(f"{around}\n{secret}\n{encoded}\n")
    assert "***" in scrubbed
    assert scrubbed.count(secret) <= f"{around}\n***\n***\n".count(secret)


URLS = [
    ("https://example.com/a?api_token=abc%20d&page=2", "https://example.com/a?api_token=***&page=2"),
    ("GET /a?page=2&api_token=abc HTTP/1.1", "GET /a?page=2&api_token=*** HTTP/1.1"),
    ("'https://example.com/?API_TOKEN=abc'", "'https://example.com/?API_TOKEN=***'"),
    ("back=%2Fa%3Fapi_token%3Dabc", "back=%2Fa%3Fapi_token%3D***"),
    ('{"api_token": "abc", "page": 2}', '{"api_token": "***", "page": 2}'),
    ("{'api_token': b'abc'}", "{'api_token': b'***'}"),
    ("no token here", "no token here"),
]


@pytest.mark.parametrize(("text", "expected"), URLS)
def test_the_value_of_api_token_is_replaced_even_when_unknown(text: str, expected: str) -> None:
    """A Scrubber without secrets does it too."""
    assert Scrubber([]).scrub(text) == expected


def test_the_longer_of_two_secrets_goes_first_and_an_empty_one_is_ignored() -> None:
    """So a secret that begins another leaves no rest of it behind."""
    assert Scrubber(["abc", "", "abcdef"]).scrub("abcdef abc") == "*** ***"


def test_a_scrubber_does_not_show_its_secrets() -> None:
    """Its repr counts them."""
    assert repr(Scrubber(["abc"])) == "Scrubber(1 secrets)"


def test_a_tree_is_scrubbed_in_keys_values_bytes_and_numbers() -> None:
    """Objects of other kinds stay as they are."""
    tree = {"k-abc": ["abc", ("x abc", b"abc\xff"), {"abc"}, frozenset({"abc"})], "n": 1234, "t": True, "none": None}
    expected = {
        "k-***": ["***", ("x ***", b"***\xff"), {"***"}, frozenset({"***"})],
        "n": "***",
        "t": True,
        "none": None,
    }
    assert Scrubber(["abc", "1234"]).scrub_tree(tree) == expected


def test_a_value_under_the_key_api_token_is_replaced_whatever_it_is() -> None:
    """Also when nobody told the secret."""
    assert Scrubber([]).scrub_tree({"API_token": ["a"], "other": ["a"]}) == {"API_token": "***", "other": ["a"]}


def test_a_tree_that_holds_itself_ends() -> None:
    """What lies too deep is replaced whole."""
    loop: list[object] = []
    loop.append(loop)
    scrubbed = Scrubber([]).scrub_tree(loop)
    for _ in range(DEPTH_MAX):
        scrubbed = scrubbed[0]
    assert scrubbed == "***"


PHONES = [
    ("+79000000001", "+7900***0001"),
    ("8 (900) 000-00-01", "8900***0001"),
    ("+4915123456", "+49***56"),
    ("112", "***"),
    ("", "***"),
]


@pytest.mark.parametrize(("phone", "expected"), PHONES)
def test_a_phone_shows_its_ends_only(phone: str, expected: str) -> None:
    """The shorter, the less."""
    assert mask_phone(phone) == expected


EMAILS = [
    ("anna@example.com", "a***@example.com"),
    ("a@example.com", "a***@example.com"),
    ("@example.com", "***"),
    ("anna@", "***"),
    ("anna", "***"),
    ("", "***"),
]


@pytest.mark.parametrize(("email", "expected"), EMAILS)
def test_an_email_shows_its_first_letter_and_domain(email: str, expected: str) -> None:
    """What is no address shows nothing."""
    assert mask_email(email) == expected


TEXTS = [
    ("Звоните +7 (900) 000-00-01!", "Звоните +7900***0001!"),
    ("8 900 000 00 02, 79000000003", "8900***0002, 7900***0003"),
    ("79000000003 79000000004", "7900***0003 7900***0004"),
    ("1:whatsapp:+79000000001", "1:whatsapp:+7900***0001"),
    ("phone=%2B79000000001&x=1", "phone=%2B7900***0001&x=1"),
    ("тел.79000000001", "тел.7900***0001"),
    ("пишите на anna.p@example.com", "пишите на a***@example.com"),
    ("email=anna%40example.com", "email=a***%40example.com"),
    ("анна@почта.рф", "а***@почта.рф"),
    ("79000000001@c.us", "7***@c.us"),
    ("2026-01-02 12:30:45 order 10045 for 12500.00", "2026-01-02 12:30:45 order 10045 for 12500.00"),
    ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_people_in_free_text_are_masked_and_the_rest_stays(text: str, expected: str) -> None:
    """Dates, amounts and ids are no people."""
    assert mask_people(text) == expected


HOSTILE = ["1", "1 ", "+1", "a@", "a", ".", "%25", "%", "api_token", "api_token=", 'api_token"', "\\", "+ ", "1-", "@"]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    """Half a megabyte of it takes well under the seconds a quadratic pattern would need."""
    text, scrubber = piece * (500_000 // len(piece)), Scrubber(["aaaaaaaaaaaaaaab", "%%%%%%%%a"])
    began = time.monotonic()
    mask_people(text + "x")
    scrubber.scrub(text + "x")
    assert time.monotonic() - began < 5
