"""Whoever may not see secrets edits the rules around them, and they are as they were."""

from __future__ import annotations

import pytest

from processor.rules.veil import signs_in, uncovers, unveil, veil

KEY = "a key of this session"
HEAD = "version: 1\nbot: 1\nsources:\n"
REST = "rules:\n  - name: Первое\n    when: {event: order.created}\n    then: {tags: Тег}\n"
SOURCES = [
    "  s: {preset: p, secret: hush}\n",
    "  s:\n    secret: 'hush' # old\n",
    '  s: {token: ["hush", "hush2"]}\n  t: {token: hush}\n',
    "  s: {api: {url: https://x.example/hush/, token: hush}}\n",
    "  s: {secret: &h hush}\n  t: {secret: *h}\n",
    "  s:\n    secret: |\n      hush\n      hush\n    bot: 2\n",
    "  s: {secret: hush}\n  t: {secret: ${NAME}}\n",
]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_is_veiled_shows_no_secret_and_comes_back_whole(source: str, end: str) -> None:
    text = (HEAD + source + REST).replace("\n", end)
    shown = veil(text, KEY)
    assert "hush" not in shown
    assert shown.count(end) == text.count(end), "a fault's line is the same for everybody"
    assert unveil(shown, KEY, [text]) == text


@pytest.mark.parametrize("source", SOURCES)
def test_an_edit_around_it_keeps_a_secret(source: str) -> None:
    text = HEAD + source + REST
    shown = veil(text, KEY).replace("Тег", "Другой тег").replace("version: 1\n", "# note\nversion: 1\n")
    assert unveil(shown, KEY, [text]) == "# note\n" + text.replace("Тег", "Другой тег")


def test_sources_may_change_places() -> None:
    first, second = "  a: {preset: p, secret: hush1}\n", "  b: {preset: p, secret: hush2}\n"
    shown = veil(HEAD + first + second + REST, KEY).splitlines(keepends=True)
    shown[3], shown[4] = shown[4], shown[3]
    assert unveil("".join(shown), KEY, [HEAD + first + second + REST]) == HEAD + second + first + REST


def test_a_new_secret_is_taken_as_it_is_typed() -> None:
    text = HEAD + SOURCES[0] + REST
    shown = veil(text, KEY) + "# "
    typed = shown.replace(veil(text, KEY).partition("secret: ")[2].partition("}")[0], "newer")
    assert "secret: newer}" in unveil(typed, KEY, [text])


def test_a_sign_that_is_copied_to_where_it_would_be_seen_stays_a_sign() -> None:
    text = HEAD + SOURCES[0] + REST
    sign = veil(text, KEY).partition("secret: ")[2].partition("}")[0]
    for place in ("tags: {}", "tags: Тег # {}", "status: {}, variables: {secret: {}}"):
        told = unveil(veil(text, KEY).replace("tags: Тег", place.replace("{}", sign)), KEY, [text])
        assert "preset: p, secret: hush}" in told
        assert "hush" not in veil(told, KEY)
        assert [fault.code for fault in signs_in(told, "rules.yaml")] == ["secret.hidden"] * place.count("{}")


@pytest.mark.parametrize("broken", ["  - [\n", "\tx: y\n", "rules: ] {\n"])
def test_also_while_the_text_is_no_yaml(broken: str) -> None:
    text = HEAD + "  s:\n    preset: p\n    secret: hush\n" + REST
    typed = veil(text, KEY) + broken
    kept = unveil(typed, KEY, [text])
    assert kept == text + broken
    assert "hush" not in veil(kept, KEY)
    assert unveil(veil(kept, KEY), KEY, [kept]) == kept


def test_a_mend_that_would_show_a_secret_is_found_out() -> None:
    """What is hidden in a broken text by the name before it may stand in a rule once the text is mended."""
    broken = HEAD + "rules:\n  - name: Первое\n    then: {variables: {secret: hush\n"
    assert "hush" not in veil(broken, KEY)
    assert uncovers(broken, broken.rstrip() + "}}\n")
    assert not uncovers(broken, broken + "# \n")
    right = HEAD + SOURCES[0] + REST
    assert not uncovers(right, right.replace("Тег", "Тег 2"))


def test_a_secret_that_is_gone_from_the_draft_comes_back_from_what_it_started_from() -> None:
    """Whoever cuts a source and puts it back loses nothing."""
    text = HEAD + SOURCES[0] + REST
    assert unveil(veil(text, KEY), KEY, [HEAD + REST, text]) == text


def test_a_sign_of_another_session_is_a_fault_and_no_secret() -> None:
    text = HEAD + SOURCES[0] + REST
    told = unveil(veil(text, "another key"), KEY, [text])
    assert "hush" not in told
    (fault,) = signs_in(told, "rules.yaml")
    assert str(fault.place) == "rules.yaml:4:26"
