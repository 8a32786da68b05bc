"""`test`: the examples of the rules, run; told to people, programs and build servers."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.code.tree import ROOT
from tests.commands.running import run
from tests.harness.deliveries import woo_order

RULES = """\
version: 1
bot: 1
sources:
  shop: {preset: woocommerce, secret: "${SHOP_SECRET}"}
rules:
  - name: Новый заказ
    when: {event: order.created}
    then: {tags: [Покупатель, "Заказ {{ order.number }}"]}
    examples:
      - event: {event: order.created, order.number: 1, customer.phone: 8 900 000-00-01}
        expect: {tags: [Покупатель, Заказ 1]}
      - {event: order.paid, expect: nothing}
  - name: Крупный заказ
    when: {event: order.created, order.total: {at_least: 5000}}
    then: {tags: Крупный}
    examples:
      - event: {event: order.created, order.total: 5000, customer.phone: 8 900 000-00-01}
        expect: {tags: Большой}
      - event: {event: order.created, order.total: 990}
"""
WHOLE = """\
examples:
  - name: Заказ целиком
    delivery: {headers: {X-WC-Webhook-Topic: order.created}, file: order.json}
    expect: {rules: [Новый заказ], contact: {phone: "+79000000001"}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with rules of which two examples fail, and a whole example that passes."""
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    (tmp_path / "rules.examples.yaml").write_text(WHOLE, "utf-8")
    (tmp_path / "order.json").write_bytes(woo_order(total="990.00"))
    return tmp_path


def test_the_example_rules_pass_their_own_examples_and_are_covered_whole(tmp_path: Path) -> None:
    ran = run(tmp_path, "test", str(ROOT / "rules.yaml"), "--coverage", "--coverage-min", "100")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == ["9 examples: 9 passed", "Covered by examples: 100 %"]


def test_a_failure_shows_its_place_what_differs_and_why(folder: Path) -> None:
    ran = run(folder, "test", LANGUAGE="ru")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "✗ rules.yaml:17:9  Крупный заказ: 1",
        "    - tags: Большой",
        "    + tags: Крупный",
        "✗ rules.yaml:19:9  Крупный заказ: 2",
        "    - matched: true",
        "    + matched: false",
        "    Крупный заказ (13): не подошло",
        "      ✗ order.total at_least 5000 (на деле: 990)",
        "5 примеров: 3 прошли, 2 не прошли",
    ]
    assert sorted(path.name for path in folder.iterdir()) == ["order.json", "rules.examples.yaml", "rules.yaml"]


def test_a_program_gets_json(folder: Path) -> None:
    ran = run(folder, "test", "rules.yaml", "--json", "--coverage")
    assert ran.code == 1
    whole = json.loads(ran.out)
    assert (whole["passed"], whole["failed"]) == (3, 2)
    failed = [one for one in whole["examples"] if not one["passed"]]
    assert failed[0]["differences"] == [
        {"element": "tags", "expected": "Большой", "got": None},
        {"element": "tags", "expected": None, "got": "Крупный"},
    ]
    assert (failed[1]["file"], failed[1]["line"], failed[1]["nearest"]["rule"]) == ("rules.yaml", 19, "Крупный заказ")
    assert whole["coverage"] == {"percent": 100, "gaps": []}


def test_a_build_server_gets_junit(folder: Path) -> None:
    ran = run(folder, "test", "--junit", "out.xml")
    assert ran.code == 1
    suite = ET.parse(folder / "out.xml").getroot()[0]  # noqa: S314  we wrote it ourselves
    assert dict(suite.attrib) == {"name": "rules.yaml", "tests": "5", "failures": "2", "errors": "0"}
    cases = {case.get("name"): case for case in suite}
    assert list(cases)[-1] == "Заказ целиком"
    failure = cases["Крупный заказ: 1"].find("failure")
    assert failure is not None
    assert failure.text is not None
    assert "- tags: Большой" in failure.text
    assert (cases["Крупный заказ: 1"].get("file"), cases["Крупный заказ: 1"].get("line")) == ("rules.yaml", "17")
    assert len(cases["Новый заказ: 1"]) == 0


def test_one_rule_may_be_chosen(folder: Path) -> None:
    """Its own examples, and the whole ones that expect it."""
    ran = run(folder, "test", "--rule", "Новый заказ")
    assert (ran.code, ran.out.strip()) == (0, "3 examples: 3 passed")


def test_a_rule_that_is_not_there_is_told_with_the_nearest(folder: Path) -> None:
    ran = run(folder, "test", "--rule", "Новый закас")
    assert ran.code == 1
    assert 'did you mean "Новый заказ"?' in ran.err


def test_files_of_examples_may_be_named(folder: Path) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "order.json").write_bytes(woo_order())
    (folder / "more" / "a.yaml").write_text(WHOLE.replace("целиком", "ещё раз"), "utf-8")
    ran = run(folder, "test", "--examples", "more/a.yaml", "--examples", "rules.examples.yaml", "--json")
    names = [one["name"] for one in json.loads(ran.out)["examples"]]
    assert names[-2:] == ["Заказ ещё раз", "Заказ целиком"]


def test_a_coverage_too_small_fails(folder: Path) -> None:
    (folder / "bare.yaml").write_text(RULES.partition("    examples:")[0], "utf-8")
    ran = run(folder, "test", "bare.yaml", "--coverage")
    assert ran.code == 0
    assert "there are no examples" in ran.out
    assert "bare.yaml:6  Новый заказ: no example matched it" in ran.out
    ran = run(folder, "test", "bare.yaml", "--coverage-min", "1")
    assert (ran.code, ran.err.strip()) == (1, "the coverage is below 1 %")


def test_mistakes_in_examples_are_told_by_place_and_nothing_is_run(folder: Path) -> None:
    (folder / "rules.examples.yaml").write_text(WHOLE.replace("headers", "heders"), "utf-8")
    ran = run(folder, "test")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("rules.examples.yaml:3:16: ")
    assert 'did you mean "headers"?' in ran.err


def test_check_tells_a_mistake_in_an_example_but_not_its_failing(folder: Path) -> None:
    assert run(folder, "check", SHOP_SECRET="s").code == 0
    (folder / "rules.yaml").write_text(RULES.replace("order.total: 990", "order.totl: 990"), "utf-8")
    ran = run(folder, "check", SHOP_SECRET="s")
    assert ran.code == 1
    assert "rules.yaml:19:39" in ran.out


WRONG: dict[str, tuple[list[str], int, str]] = {
    "no such rules": (["no.yaml"], 1, "no.yaml"),
    "no such examples": (["--examples", "no.yaml"], 1, "no.yaml"),
    "a percentage that there is not": (["--coverage-min", "101"], 2, "--coverage-min"),
    "a folder to write to": (["--junit", "."], 1, "cannot write"),
    "an unknown option": (["--covrage"], 2, "--coverage"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_use_is_told_in_a_few_words(folder: Path, name: str) -> None:
    arguments, code, said = WRONG[name]
    ran = run(folder, "test", *arguments)
    assert ran.code == code
    assert said in ran.err
    assert "Traceback" not in ran.err
