"""A mistaken rules file is told by place, in both languages, with what was meant."""

import pytest

from processor.errors import FaultsFound
from processor.fault import Fault
from processor.rules.tree import VALUES_MAX
from tests.harness.rules import ruleset
from tests.rules.mistakes import HEAD, MISTAKES, Mistake
from tests.rules.mistakes_language import LANGUAGE
from tests.rules.mistakes_mapping import MAPPING


def faults_of(text: str) -> tuple[Fault, ...]:
    """What is wrong with `text`."""
    with pytest.raises(FaultsFound) as found:
        ruleset(text)
    return found.value.faults


@pytest.mark.parametrize(
    "mistake", [*MISTAKES, *MAPPING, *LANGUAGE], ids=lambda mistake: f"{mistake.code}-{mistake.place}"
)
def test_each_mistake_has_one_fault_with_its_place(mistake: Mistake) -> None:
    """Code, line, column, a word of the message in each language, and the nearest name."""
    faults = [fault for fault in faults_of(mistake.text) if not _also_missing(fault, mistake)]
    assert [(fault.code, str(fault.place)) for fault in faults] == [(mistake.code, f"rules.yaml:{mistake.place}")]
    assert mistake.ru in faults[0].say("ru")
    assert mistake.en in faults[0].say("en")
    assert faults[0].nearest == mistake.nearest


def _also_missing(fault: Fault, mistake: Mistake) -> bool:
    """A file of a few lines lacks more than it is about."""
    return fault.code == "name.missing" and mistake.code != "name.missing"


def test_all_faults_come_at_once_in_the_order_of_their_places() -> None:
    """Nobody mends a file one fault a run."""
    text = "version: 3\nbot: x\nfoo: 1\nrules:\n  - name: a\n    when: {order.totl: 1}\n    then: {tag: b}\n  - {}\n"
    assert [str(fault.place) for fault in faults_of(text)] == [
        "rules.yaml:1:10",
        "rules.yaml:2:6",
        "rules.yaml:3:1",
        "rules.yaml:6:12",
        "rules.yaml:7:12",
        "rules.yaml:8:5",
        "rules.yaml:8:5",
        "rules.yaml:8:5",
    ]


def test_faults_are_bounded() -> None:
    """A file of nothing but mistakes is answered in seconds, and says that there is more."""
    text = HEAD + "".join(f"  - name: r{number}\n    when: {{nope: 1}}\n    then: {{}}\n" for number in range(3_000))
    faults = faults_of(text)
    assert len(faults) == 501
    assert faults[-1].code == "faults.more"


def test_too_many_rules_are_refused() -> None:
    """The bound is ten thousand."""
    text = HEAD + "".join(f"  - {{name: r{number}, when: {{}}, then: {{}}}}\n" for number in range(10_001))
    assert [fault.code for fault in faults_of(text)] == ["rules.too_many"]


def test_a_file_of_over_eight_mebibytes_is_refused_unread() -> None:
    """Whatever it holds."""
    assert [fault.code for fault in faults_of("#" * (8 * 1_048_576 + 1))] == ["file.too_large"]


def test_a_file_with_more_values_than_rules_can_have_is_refused_before_it_fills_the_memory() -> None:
    """Eight mebibytes of brackets and commas would be four million values, a kilobyte each."""
    assert [fault.code for fault in faults_of("x: [" + "a," * (VALUES_MAX + 1) + "]")] == ["yaml.too_much"]


def test_a_billion_laughs_are_refused() -> None:
    """Aliases count as often as they stand."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert [fault.code for fault in faults_of("\n".join(lines))] == ["yaml.too_much"]


@pytest.mark.parametrize(
    "entry",
    [
        "{preset: generic, token: {a: hush-hush}}",
        "{preset: generic, token: [[hush-hush]]}",
        '{preset: generic, token: "hush-hush${}"}',
        '{preset: generic, token: "hush-hush", proof: none}',
        '{preset: generic, token: "hush-hush", region: XX}',
        '{preset: woocommerce, token: "hush-hush"}',
        '{preset: generic, token: "hush-hush}',
        "{preset: generic, token: hush-hush",
        "{preset: generic, token: !!foo hush-hush}",
        "{preset: generic, bot: hush-hush}",
        "{preset: generic, token: ${HUSH:-hush-hush}}",
    ],
)
def test_no_fault_shows_a_secret(entry: str) -> None:
    """Neither message nor repr."""
    text = f"version: 1\nbot: 1\nsources:\n  shop: {entry}\nrules: []\n"
    with pytest.raises(FaultsFound) as found:
        ruleset(text)
    assert "hush-hush" not in repr(found.value.faults) + str(found.value) + found.value.say("ru")


def test_a_ruleset_shows_no_secret() -> None:
    """Its text may hold one, its sources do."""
    rules = ruleset("version: 1\nbot: 1\nsources: {shop: {preset: generic, token: hush-hush}}\nrules: []\n")
    assert rules.sources["shop"].tokens == ("hush-hush",)
    assert "hush-hush" not in repr(rules)
