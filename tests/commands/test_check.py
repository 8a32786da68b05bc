"""`check`: all faults of a rules file at once, with their places, in either language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.running import run
from tests.harness.rules import RULES_TEXT

FAULTY = """\
version: 1
bot: one
sources:
  shop: {preset: woocomerce, secret: s}
rules:
  - name: r
    when: {event: order.created}
    than: {tags: [a]}
"""
PLACES = ("rules.yaml:2:6", "rules.yaml:4:18", "rules.yaml:8:5")


def test_a_right_file_is_fine(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(RULES_TEXT, "utf-8")
    ran = run(tmp_path, "check")
    assert (ran.code, ran.out.strip(), ran.err) == (0, "rules.yaml: fine", "")


@pytest.mark.parametrize(("language", "told"), [("en", "can never match"), ("ru", "не сработает никогда")])
def test_a_warning_keeps_no_file_from_being_right(tmp_path: Path, language: str, told: str) -> None:
    impossible = RULES_TEXT.replace("{event: order.created}", "{event: order.created, order.total: {is: 1, not: 1}}")
    (tmp_path / "rules.yaml").write_text(impossible, "utf-8")
    ran = run(tmp_path, "check", LANGUAGE=language)
    assert (ran.code, ran.err) == (0, "")
    assert told in ran.out


@pytest.mark.parametrize(
    ("language", "hint"), [("en", 'did you mean "woocommerce"?'), ("ru", "может быть, «woocommerce»?")]
)
def test_a_wrong_file_is_told_whole_in_the_language_wanted(tmp_path: Path, language: str, hint: str) -> None:
    (tmp_path / "other.yaml").write_text(FAULTY, "utf-8")
    ran = run(tmp_path, "check", "other.yaml", LANGUAGE=language)
    assert ran.code == 1
    for place in PLACES:
        assert place.replace("rules", "other") in ran.out
    assert hint in ran.out
    assert "Traceback" not in ran.err


def test_an_example_secret_is_good_for_the_sandbox_only(tmp_path: Path) -> None:
    text = RULES_TEXT.replace("demo-shop-secret", "${SHOP_SECRET:-example}")
    (tmp_path / "rules.yaml").write_text(text, "utf-8")
    assert run(tmp_path, "check").code == 0
    with_token = run(tmp_path, "check", WATBOT_API_TOKEN="real")
    assert with_token.code == 1
    assert "SHOP_SECRET" in with_token.out
    assert run(tmp_path, "check", WATBOT_API_TOKEN="real", SHOP_SECRET="s").code == 0


def test_a_file_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    ran = run(tmp_path, "check", "nowhere.yaml")
    assert ran.code == 1
    assert "nowhere.yaml" in ran.err
    assert len(ran.err.strip().splitlines()) == 1


def test_why_a_file_cannot_be_read_is_said_in_russian(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert "такого файла нет" in run(tmp_path, "check", "nowhere.yaml", LANGUAGE="ru").err
    assert "это папка, а не файл" in run(tmp_path, "check", "folder", LANGUAGE="ru").err
    assert "No such file" in run(tmp_path, "check", "nowhere.yaml", LANGUAGE="en").err


def test_the_place_is_underlined_with_the_mend_below_and_the_count_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(FAULTY, "utf-8")
    ran = run(tmp_path, "check", LANGUAGE="ru", FORCE_COLOR="1")
    assert (
        """\
rules.yaml:8:5: неизвестное имя «than»
  8 |     than: {tags: [a]}
    |     ^^^^
"""
        in ran.out
    )
    assert "  исправить так:\n  8 |     then: {tags: [a]}\n" in ran.out
    assert ran.out.endswith("\n3 ошибки\n")
    assert "\x1b" not in ran.out  # a pipe is no terminal


def test_several_files_are_all_told(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(RULES_TEXT, "utf-8")
    (tmp_path / "bad.yaml").write_text(FAULTY, "utf-8")
    ran = run(tmp_path, "check", "good.yaml", "nowhere.yaml", "bad.yaml", LANGUAGE="en")
    assert ran.code == 1
    assert ran.out.startswith("good.yaml: fine\n")
    assert "bad.yaml:2:6" in ran.out
    assert "nowhere.yaml" in ran.err
    assert ran.out.endswith("\n4 errors\n")
    assert run(tmp_path, "check", "good.yaml", "good.yaml").code == 0


def test_json_has_every_part_of_a_fault_and_edits_to_apply(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(FAULTY, "utf-8")
    ran = run(tmp_path, "check", "rules.yaml", "nowhere.yaml", "--format", "json")
    assert (ran.code, ran.err) == (1, "")
    faults = json.loads(ran.out)
    assert [fault["code"] for fault in faults] == ["value.kind", "value.unknown", "name.unknown", "file.missing"]
    assert faults[2] == {
        "code": "name.unknown",
        "severity": "error",
        "file": "rules.yaml",
        "line": 8,
        "column": 5,
        "end_column": 9,
        "text": {"ru": "неизвестное имя «than»", "en": 'unknown name "than"'},
        "expected": faults[2]["expected"],
        "nearest": "then",
        "fix": "    then: {tags: [a]}",
        "edits": [{"line": 8, "column": 5, "end_line": 8, "end_column": 9, "text": "then"}],
        "excerpt": {"line": "    than: {tags: [a]}", "marks": "    ^^^^"},
    }
    assert "one of" in faults[2]["expected"]["en"]
    (tmp_path / "rules.yaml").write_text(RULES_TEXT, "utf-8")
    assert json.loads(run(tmp_path, "check", "--format", "json").out) == []


def test_github_gets_a_line_for_each_fault_with_its_signs_escaped(tmp_path: Path) -> None:
    (tmp_path / "a,b%.yaml").write_text(FAULTY.replace("than", '"th%an"'), "utf-8")
    ran = run(tmp_path, "check", "a,b%.yaml", "--format", "github", LANGUAGE="en")
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert len(lines) == 3
    assert lines[2].startswith("::error file=a%2Cb%25.yaml,line=8,col=5,endLine=8,endColumn=12,title=name.unknown::")
    assert 'unknown name "th%25an"; expected: one of: ' in lines[2]


def test_no_form_of_the_answer_shows_a_secret(tmp_path: Path) -> None:
    hushed = FAULTY.replace("secret: s", 'secret: "hush-hush').replace("than", "token: hush-hush\n    than")
    (tmp_path / "rules.yaml").write_text(hushed, "utf-8")
    for form in ("text", "json", "github"):
        ran = run(tmp_path, "check", "--format", form)
        assert ran.code == 1
        assert "hush-hush" not in ran.out + ran.err


def test_a_form_that_does_not_exist_is_wrong_use(tmp_path: Path) -> None:
    assert run(tmp_path, "check", "--format", "xml").code == 2


EXAMPLE = """\
    examples:
      - event: {event: order.created, order.number: 5, customer.phone: "+79000000001"}
        expect: {tags: [Покупатель, Заказ 5], status: Старый заказ}
"""
WHOLE = """\
examples:
  - name: Заказ
    event: {source: shop, event: order.created, order.number: 5, customer.phone: "+79000000001"}
    expect: {rules: [Новый заказ], status: Старый заказ}
"""


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", 'rules.yaml:12:9: warning: example "Новый заказ: 1" fails: status: expected Старый заказ'),
        ("ru", "rules.yaml:12:9: предупреждение: пример «Новый заказ: 1» не проходит: status: ждали Старый заказ"),
    ],
)
def test_an_example_that_fails_is_a_warning(tmp_path: Path, language: str, told: str) -> None:
    """The rules run all the same; `--strict` minds it."""
    (tmp_path / "rules.yaml").write_text(RULES_TEXT + EXAMPLE, "utf-8")
    ran = run(tmp_path, "check", LANGUAGE=language)
    assert ran.code == 0
    assert told in ran.out
    assert run(tmp_path, "check", "--strict").code == 1


def test_the_file_of_examples_beside_the_rules_is_checked_as_well(tmp_path: Path) -> None:
    """Its mistakes are mistakes, its failing examples are warnings, and naming it names its rules."""
    (tmp_path / "rules.yaml").write_text(RULES_TEXT, "utf-8")
    examples = tmp_path / "rules.examples.yaml"
    examples.write_text(WHOLE, "utf-8")
    ran = run(tmp_path, "check")
    assert ran.code == 0
    assert (
        'rules.examples.yaml:2:5: warning: example "Заказ" fails: status: expected Старый заказ, got Новый заказ'
        in ran.out
    )
    assert run(tmp_path, "check", "rules.examples.yaml", "rules.yaml").out == ran.out
    examples.write_text(WHOLE.replace("expect:", "exspect:"), "utf-8")
    ran = run(tmp_path, "check", "--format", "json")
    assert ran.code == 1
    assert [(one["file"], one["code"]) for one in json.loads(ran.out)] == [
        ("rules.examples.yaml", "name.unknown"),
    ]
    examples.write_text(WHOLE.replace("Старый", "Новый"), "utf-8")
    assert run(tmp_path, "check").out == "rules.yaml: fine\nrules.examples.yaml: fine\n"


def test_check_test_and_try_agree_on_secrets(tmp_path: Path) -> None:
    """Only `check` asks whether they are set here, and one that is not hides no failing example."""
    text = RULES_TEXT.replace("demo-shop-secret", "${SHOP_SECRET}") + EXAMPLE
    (tmp_path / "rules.yaml").write_text(text, "utf-8")
    (tmp_path / "order.json").write_text("{}", "utf-8")
    checked = run(tmp_path, "check", "--format", "json")
    assert [one["code"] for one in json.loads(checked.out)] == ["secret.unset", "example.failed"]
    assert "SHOP_SECRET" not in run(tmp_path, "test").out
    assert run(tmp_path, "try", "rules.yaml", "order.json", "--source", "shop").code == 0
    (tmp_path / "rules.yaml").write_text(text.replace("${SHOP_SECRET}", "${SHOP SECRET}"), "utf-8")
    refused = [run(tmp_path, *words) for words in (("check",), ("test",))]
    refused.append(run(tmp_path, "try", "rules.yaml", "order.json", "--source", "shop"))
    assert [ran.code for ran in refused] == [1, 1, 1]
    assert all("the variable's name in ${…} is wrong" in ran.out + ran.err for ran in refused)
