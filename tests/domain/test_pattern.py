"""Patterns: what they find, and what they refuse."""

import time

import pytest

from processor.domain.pattern import TEXT_CHARACTERS_MAX, PatternFault, pattern_of

FOUND = [
    ("привет", " ПРИВЕТ мир", True),
    ("^vip|опт$", "Наш ОПТ", True),
    (r"^\w+$", "Анна", True),
    (r"^[\w-]+$", "Анна-Мария", True),
    (r"^\W+$", "Анна", False),
    (r"[[:digit:]]{3}", "дом 123", True),
    (r"\d{4}$", "заказ 2026 ", True),
    (r"ёлка", "ЁЛКА", True),
    ("й", "и\u0306", True),
    (r"\Qa+b\E", "a+b", True),
    (r"^$", "x", False),
]
REFUSED = [
    (r"a(?=b)", "lookaround", "(?=", 1),
    (r"a(?!b)", "lookaround", "(?!", 1),
    (r"(?<=a)b", "lookaround", "(?<=", 0),
    (r"(?<!a)b", "lookaround", "(?<!", 0),
    (r"(a)\1", "backreference", r"\1", 3),
    (r"a++", "atomic", "++", 1),
    (r"(?>a)", "atomic", "(?>", 0),
    (r"(a", "syntax", "(a", 0),
    (r"ab[", "syntax", "[", 2),
    (r"[б-а]", "syntax", "б-а", 1),
    (r"a{2,1}", "syntax", "{2,1}", 1),
    (r"a{1001}", "too_large", "{1001}", 1),
    (r"((a{100}){100}){100}", "too_large", "{100}", 3),
    (r"(\pL{900})", "too_large", "", None),
    ("x" * 501, "too_long", "", None),
    (r"\bдом\b", "word_edge", r"\b", 0),
]


@pytest.mark.parametrize(("source", "text", "found"), FOUND)
def test_a_pattern_finds_letters_of_any_case_and_alphabet(source: str, text: str, found: bool) -> None:
    """\\w knows Cyrillic."""
    assert pattern_of(source).found_in(text) is found


@pytest.mark.parametrize(("source", "trouble", "fragment", "at"), REFUSED, ids=range(len(REFUSED)))
def test_a_pattern_that_cannot_be_used_says_why_and_where(
    source: str, trouble: str, fragment: str, at: int | None
) -> None:
    """What RE2 lacks is told apart from what is written wrongly."""
    with pytest.raises(PatternFault) as fault:
        pattern_of(source)
    assert (fault.value.trouble, fault.value.fragment, fault.value.at) == (trouble, fragment, at)


@pytest.mark.parametrize(
    "source", ["(x+x+)+y", "(a|a)*(b|c)*.{0,200}x$", "([a-z]+)*=", r"(\w{1,100}\s?)+!", "(.*)*" * 9]
)
def test_no_pattern_takes_long(source: str) -> None:
    """Those that hang other engines included."""
    pattern = pattern_of(source)
    started = time.monotonic()
    for text in ("ax" * 500_000, "яы " * 500_000, "a" * TEXT_CHARACTERS_MAX):
        pattern.found_in(text)
    assert time.monotonic() - started < 1
