"""A line is shown so that the marks stand below what is meant, and nothing in it reaches the terminal as a command."""

from __future__ import annotations

import pytest

from processor.fault import Edit, Fault, Place
from processor.rules.excerpt import LINE_WIDTH_MAX, excerpt_of, mended_of
from processor.rules.lines import edited
from processor.rules.masked import COVER, masked_lines
from processor.rules.report import named
from processor.text import Text, plural
from processor.visible import width_of


def place(column: int, length: int = 1) -> Place:
    return Place("rules.yaml", 1, column, length)


@pytest.mark.parametrize(
    ("line", "where", "shown", "marks"),
    [
        ("bot: one", place(6, 3), "bot: one", "     ^^^"),
        ("bot: one", place(6, 0), "bot: one", "     ^"),
        ("\tbot: one", place(7, 3), "→   bot: one", "         ^^^"),
        ("\tbot", place(1, 1), "→   bot", "^^^^"),
        ("注文: one", place(5, 3), "注文: one", "      ^^^"),
        ("注文", place(1, 2), "注文", "^^^^"),
        ("и\u0306: one", place(5, 3), "и\u0306: one", "   ^^^"),
        ("שלום: one", place(7, 3), "שלום: one", "      ^^^ one"),
        ("a\u202eb: one", place(6, 3), "a\\u202eb: one", "          ^^^"),
        ("a\x1b[31m: one", place(9, 3), "a\\x1b[31m: one", "           ^^^"),
        ("a\u00a0b", place(3, 1), "a␣b", "  ^"),
        ("bot:", place(6, 0), "bot:", "    ^"),
        ("", place(1, 0), "", "^"),
        ("bot: \ud800", place(6, 1), "bot: \\ud800", "     ^^^^^^"),
    ],
)
def test_the_marks_stand_below_what_is_meant(line: str, where: Place, shown: str, marks: str) -> None:
    excerpt = excerpt_of(line, where)
    assert excerpt
    assert (excerpt.shown, excerpt.marks) == (shown, marks)


@pytest.mark.parametrize("column", [1, 50, 500, 999_990])
def test_of_a_long_line_only_the_neighbourhood_is_shown(column: int) -> None:
    line = "x" * (column - 1) + "wrong" + "y" * (1_000_000 - column)
    excerpt = excerpt_of(line, place(column, 5))
    assert excerpt
    assert width_of(excerpt.shown) <= LINE_WIDTH_MAX + 2
    start = len(excerpt.marks) - len(excerpt.marks.lstrip())
    assert excerpt.shown[start : start + 5] == "wrong"


@pytest.mark.parametrize(
    "text",
    [
        "secret: hush",
        "  - secret: hush",
        "shop: {preset: tilda, secret: hush, bot: x}",
        'shop: {preset: tilda, secret: "hush, {hush}", bot: x}',
        "shop: {secret: [hush, 'hush'], bot: x}",
        "{'secret': hush, bot: x}",
        "secret:\n  - hush\n  - hush",
        "secret:\n- hush",
        "secret: |\n  hush\n  hush",
        "secret: >-\n  hush",
        'secret: "hush\n  hush"',
        "secret: [hush,\n  hush]",
        "token: ${NAME:-hush}",
        "token: hush${NAME}hush",
        "tоkеn: hush",  # Cyrillic letters
        "SECRET : hush",
        "секрет: hush",
        "api: {url: https://hush/hush, token: hush}",
        "api:\n  url: https://hush",
        "confirmation: hush",
        "secret：hush",
        "bot: hush0123456789hush0123",
        "— secret: hush",
        "{a: 1, secret: hush",
        '{a: 1, secret: "hush',
    ],
)
def test_no_excerpt_shows_a_secret(text: str) -> None:
    lines = masked_lines(text)
    assert "hush" not in "\n".join(lines)
    assert [len(line) for line in lines] == [len(line) for line in text.split("\n")]
    assert COVER in "".join(lines)


@pytest.mark.parametrize("text", ["token: ${CRM_TOKEN}", "preset: woocommerce  # the shop", "tags: [a, b]", "note: x"])
def test_what_is_no_secret_is_shown(text: str) -> None:
    assert list(masked_lines(text)) == [text]


def test_a_mend_shows_the_lines_as_they_should_be() -> None:
    mended = mended_of("a: 1\nb : 2\nc: 3\n", [Edit(2, 1, 2, 4, "b:")])
    assert mended
    assert (mended.line, mended.lines, mended.removed) == (2, ("b: 2",), 1)
    added = mended_of("a: 1", [Edit(9, 1, 9, 1, "b: 2\n")])
    assert added
    assert (added.line, added.lines[0], added.removed) == (2, "b: 2", 0)
    assert mended_of("a: 1\n", [Edit(1, 1, 1, 2, "a")]) is None


def test_edits_are_done_from_the_end_and_stay_within_the_text() -> None:
    assert edited("ab\ncd\n", [Edit(1, 1, 1, 2, "x"), Edit(2, 2, 2, 3, "y")]) == "xb\ncy\n"
    assert edited("ab", [Edit(7, 1, 7, 1, "c\n")]) == "ab\nc\n"
    assert edited("ab\r\ncd", [Edit(2, 1, 3, 1, "")]) == "ab\r\n"


def test_a_fix_takes_the_place_of_what_is_meant() -> None:
    fault = Fault("x", Text("а", "a"), place(6, 3), fix="1")
    assert edited("bot: one", fault.mend) == "bot: 1"
    assert Fault("x", Text("а", "a"), place(6, 0), fix="1").mend == ()


def test_a_name_of_the_file_cannot_command_the_terminal() -> None:
    assert named("a\x1b[31m\u202eb") == "a\\x1b[31m\\u202eb"


@pytest.mark.parametrize(
    ("count", "form"), [(1, "one"), (2, "few"), (4, "few"), (5, "many"), (11, "many"), (21, "one"), (112, "many")]
)
def test_russian_nouns_go_with_their_number(count: int, form: str) -> None:
    assert plural(count, "one", "few", "many") == form
