"""Answers in every shape that senders give them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.domain.delivery import Delivery
from processor.domain.event import Customer, Utm
from processor.domain.source import Source
from processor.sources.answers import Answered, answers_in, by_label, form_event, label_of, plain_of
from processor.sources.body import opened
from processor.sources.form import decode_text, read_multipart
from processor.sources.keep import scrub
from processor.sources.scalar import zoned_moment_of
from tests.harness.deliveries import multipart
from tests.sources.asking import NOW_MS

LISTED: list[tuple[Any, list[Answered]]] = [
    ({"Имя": "Анна"}, [Answered("Имя", "Анна")]),
    ({"Имя": ["Анна"]}, [Answered("Имя", ["Анна"])]),
    ({"f1": {"name": "Имя", "value": "Анна"}}, [Answered("Имя", "Анна", "f1")]),
    ({"f1": {"value": "Анна"}}, [Answered("f1", "Анна", "f1")]),
    ([{"question": "Имя", "answer": "Анна"}], [Answered("Имя", "Анна")]),
    ([{"q": "Имя", "a": ["x", "y"]}], [Answered("Имя", ["x", "y"])]),
    ([{"key": "first_name", "question": "Имя", "answer": "А"}], [Answered("Имя", "А", "first_name")]),
    ([{"title": "Имя", "value": "А", "type": "3"}], [Answered("Имя", "А")]),
    ([{"question": {"label": {"ru": "Имя", "en": "Name"}, "slug": "s"}, "value": 5}], [Answered("Имя", 5, "s")]),
    ([{"value": "A"}, "x", {"value": None}], [Answered("1", "A"), Answered("3", None)]),
    ("x", []),
    (None, []),
]


@pytest.mark.parametrize(("listed", "answers"), LISTED)
def test_answers_are_rows_or_a_mapping(listed: Any, answers: list[Answered]) -> None:
    """Whatever the parts of a row are called."""
    assert answers_in(listed) == answers


VALUES: list[tuple[Any, Any]] = [
    ("x", "x"),
    (5, 5),
    ({"label": "M", "id": "x"}, "M"),
    ({"key": "1", "value": "Чай"}, "Чай"),
    ({"value": {"text": "Чай"}}, "Чай"),
    ([{"text": "a"}, {"text": "b"}, None, ""], ["a", "b"]),
    ([["a", "b"], ["c"], None], ["a", "b", "c"]),
    ({"begin": 1, "end": 2}, [1, 2]),
    ({}, []),
    ({"text": ""}, []),
    ([[[[[[["deep"]]]]]]], []),
]


@pytest.mark.parametrize(("value", "plain"), VALUES)
def test_an_answer_is_one_value_or_a_list(value: Any, plain: Any) -> None:
    """A choice is its text, a table all that it holds, what is nested too deep is nothing."""
    assert plain_of(value) == plain


def test_a_question_has_one_name() -> None:
    """And of two that are called the same the second has a number."""
    assert [label_of(one) for one in ("a", {"label": "b"}, {"en": "c"}, {"x": "d"}, 5, None)] == [
        "a",
        "b",
        "c",
        None,
        "5",
        None,
    ]
    assert by_label([Answered("a", 1), Answered("a", 2), Answered("b", 3), Answered("a", 4)]) == {
        "a": 1,
        "a 2": 2,
        "b": 3,
        "a 3": 4,
    }


def test_who_it_was_is_told_by_the_sender_then_by_answers_then_by_what_stands_beside() -> None:
    """Marks too: the sender's own, hidden questions by label or code, then what is left."""
    delivery = Delivery(id="d", source="s", preset="generic", received_ms=NOW_MS)
    source = Source("s", "generic")
    answers = [
        Answered("Телефон", "89000000002"),
        Answered("Как?", "Анна", "first_name"),
        Answered("?", "vk", "utm_source"),
    ]
    seen = form_event(
        delivery,
        source,
        answers,
        customer={"email": "a@example.com", "phone": None},
        fallback={"phone": "89000000003", "city": "Казань", "email": "b@example.com"},
        later_utm=(Utm(source="late"),),
    )
    assert seen.customer == Customer(
        name="Анна", first_name="Анна", phone="+79000000002", email="a@example.com", city="Казань"
    )
    assert seen.utm == Utm(source="vk")
    assert form_event(delivery, source, answers, utm=(Utm(source="first"),)).utm == Utm(source="first")
    assert form_event(delivery, source, [], later_utm=(Utm(source="late"),)).utm == Utm(source="late")


def test_a_text_of_json_is_opened() -> None:
    """And what only looks like one stays."""
    texts: list[Any] = ['{"a": 1}', " [1]", '"x"', "{broken", "plain", "5", 5, None, '"Чай" и кофе']
    assert [opened(text) for text in texts] == [{"a": 1}, [1], "x", "{broken", "plain", "5", 5, None, '"Чай" и кофе']


def test_a_moment_without_a_zone_is_no_moment() -> None:
    """Where a wrong zone would let an older event win."""
    assert zoned_moment_of("2025-03-01T09:05:00Z") == zoned_moment_of("2025-03-01T12:05:00+03:00")
    assert zoned_moment_of(1740819900) == zoned_moment_of("2025-03-01T09:05:00Z")
    assert zoned_moment_of("2025-03-01T09:05:00") is None
    assert zoned_moment_of("x") is None


PARTS = st.lists(
    st.tuples(
        st.text(alphabet="ab []ы%&;=.", max_size=6),
        st.text(alphabet='ab\r\n-ы \\"', max_size=12) | st.just("--example-border"),
    ),
    max_size=6,
)


@given(PARTS)
def test_a_plain_multipart_form_is_read_at_once(pairs: list[tuple[str, str]]) -> None:
    """As the library reads it: both must give what was written."""
    body, headers = multipart(pairs)
    assert read_multipart(body, headers["content-type"]) == pairs
    with_file, headers = multipart(pairs, [("file", b"x")])
    assert read_multipart(with_file, headers["content-type"]) == pairs


LEAVES = (
    st.none() | st.booleans() | st.integers(-100, 10**17) | st.floats() | st.text(alphabet='ab"\\ы\n\ud800', max_size=8)
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet="abы", max_size=5), inner, max_size=3),
)


@given(TREES, st.sampled_from(["a", "b", '"', "\\", "ы", "ab", "aaaaaaaa", '"abababa', "5", "1e+16", "\n"]))
def test_a_secret_is_masked_wherever_it_stands(tree: Any, secret: str) -> None:
    """Whole where it is short; the quick look at the whole tree passes over none."""

    def leaves(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [leaf for name, part in value.items() for leaf in (name, *leaves(part))]
        if isinstance(value, list):
            return [leaf for part in value for leaf in leaves(part)]
        return [str(value)] if isinstance(value, str | int | float) and not isinstance(value, bool) else []

    told = leaves(scrub(tree, (secret,)))
    assert secret not in told
    assert len(secret) < 8 or not [leaf for leaf in told if secret in leaf]


def test_text_that_is_no_utf8_is_read_in_a_part_too() -> None:
    """As cp1251."""
    body, headers = multipart([("a", "z")])
    assert read_multipart(body.replace(b"z", "ы".encode("cp1251")), headers["content-type"]) == [("a", "ы")]
    assert decode_text(b"\xfb") == "ы"
