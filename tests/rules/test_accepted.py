"""What a rules file may say, and how it is read."""

import pytest

from processor.domain.rule import Ruleset
from processor.errors import FaultsFound
from processor.rules.example import example_text
from tests.harness.rules import RULES_TEXT, ruleset
from tests.rules.mistakes import HEAD, rule, source

SOURCE_SECRETS = [
    ("{preset: generic, token: plain}", {}, False, ("plain",)),
    ("{preset: generic, token: [old, new]}", {}, False, ("old", "new")),
    ("{preset: generic, token: ${A}}", {"A": "from-env"}, False, ("from-env",)),
    ('{preset: generic, token: "pre-${A}-post"}', {"A": "x"}, False, ("pre-x-post",)),
    ("{preset: generic, token: [${A}, ${B}]}", {"A": "1", "B": "2"}, False, ("1", "2")),
    ("{preset: generic, token: ${A:-demo value}}", {}, True, ("demo value",)),
    ("{preset: generic, token: ${A:-demo}}", {"A": "real"}, True, ("real",)),
    ("{preset: generic, token: ${A:-demo}}", {"A": "real"}, False, ("real",)),
    ("{preset: generic, token: ${A:-demo}}", {"A": "  "}, True, ("demo",)),
    ("{preset: generic, token: a$$b$c}", {}, False, ("a$b$c",)),
    ("{preset: generic, token: 007}", {}, False, ("007",)),
    ("{preset: generic, token: +79000000001}", {}, False, ("+79000000001",)),
    ("{preset: generic, token: yes}", {}, False, ("yes",)),
    ("{preset: generic, token: 1e3}", {}, False, ("1e3",)),
]


@pytest.mark.parametrize(("entry", "environ", "demo", "tokens"), SOURCE_SECRETS)
def test_a_secret_is_taken_as_written_or_from_the_environment(
    entry: str, environ: dict[str, str], demo: bool, tokens: tuple[str, ...]
) -> None:
    """Numbers and words of YAML stay text; `${NAME}` needs no quotes, not even inside braces."""
    assert ruleset(source(entry), environ, demo=demo).sources["shop"].tokens == tokens


@pytest.mark.parametrize("value", ["", "   "])
def test_a_variable_set_to_nothing_counts_as_not_set(value: str) -> None:
    """With the real Watbot an empty variable lets nobody in, and nobody but the owner finds out."""
    for entry in ("{preset: generic, token: ${A}}", "{preset: generic, token: ${A:-demo}}"):
        with pytest.raises(FaultsFound):
            ruleset(source(entry), {"A": value})


def test_the_shipped_example_serves_the_sandbox_and_nothing_else() -> None:
    """With a real Watbot each of its three secrets is asked for."""
    rules = ruleset(example_text(), demo=True)
    assert list(rules.sources) == ["shop", "landing", "crm"]
    assert len(rules.rules) >= 5
    with pytest.raises(FaultsFound) as found:
        ruleset(example_text())
    assert [fault.code for fault in found.value.faults] == ["secret.example"] * 3
    ruleset(example_text(), {"SHOP_SECRET": "a", "TILDA_KEY": "b", "CRM_TOKEN": "c"})


def test_settings_have_defaults() -> None:
    """The shortest file leaves them all out."""
    rules = ruleset()
    settings = (rules.bot, rules.unnamed, rules.confirmed_ttl_ms, rules.tags_as, rules.utm_as, rules.settle_ms)
    assert settings == (1, "Клиент", 86_400_000, "auto", "auto", 0)
    assert rules.messengers == ("whatsapp", "telegram", "vk", "viber")


def test_settings_are_read() -> None:
    """Every one of them."""
    top = "version: 1\nbot: 7\nunnamed: Гость\nmessengers: [vk]\nconfirmed_ttl: 90m\ntags_as: attach\nutm_as: 'off'\n"
    rules = ruleset(top + "rules: []\n")
    settings = (rules.bot, rules.unnamed, rules.messengers, rules.confirmed_ttl_ms, rules.tags_as, rules.utm_as)
    assert settings == (7, "Гость", ("vk",), 5_400_000, "attach", "off")


def test_a_source_is_read() -> None:
    """Every field of it."""
    entry = (
        "{preset: generic, secret: s, token: t, bot: 3, region: kz, timezone: Asia/Almaty, event: type, "
        "events: {new: order.created, order.create: order.create}, "
        'fields: {customer.phone: contact.tel, form.fields."Цвет": c}}'
    )
    read = ruleset(source(entry)).sources["shop"]
    assert (read.secrets, read.tokens, read.bot, read.region, read.timezone) == (("s",), ("t",), 3, "KZ", "Asia/Almaty")
    assert (read.event_field, dict(read.event_types)) == (
        "type",
        {"new": "order.created", "order.create": "order.create"},
    )
    assert dict(read.fields) == {"customer.phone": "contact.tel", 'form.fields."Цвет"': "c"}


def test_an_own_type_that_looks_like_a_known_one_may_be_declared() -> None:
    """Declared in `events:` it is no slip of the hand."""
    declared = source("{preset: generic, token: t, events: {order.create: order.create}}").replace("rules: []\n", "")
    text = declared + "rules:\n  - {name: r, when: {event: order.create}, then: {tags: a}}\n"
    assert ruleset(text).rules[0].events == frozenset({"order.create"})


def test_the_version_is_the_texts_own() -> None:
    """The same text has the same version anywhere; a comment makes another."""
    one, same, other = ruleset(), ruleset(), ruleset(RULES_TEXT + "# x\n")
    assert one.version == same.version != other.version
    assert len(one.version) == 12


def test_a_rule_knows_what_it_can_match() -> None:
    """An event is asked about by its candidates only."""
    rules = _three_rules()
    assert [one.name for one in rules.index.candidates("order.created")] == ["a", "any"]
    assert [one.name for one in rules.index.candidates("form.submitted")] == ["b", "any"]
    assert [one.name for one in rules.index.candidates("their.word")] == ["any"]


def _three_rules() -> Ruleset:
    return ruleset(
        HEAD
        + "  - {name: a, when: {event: Order.Created}, then: {tags: x}}\n"
        + "  - {name: b, when: {event: [form.submitted, form.submitted]}, then: {tags: x}}\n"
        + "  - {name: any, when: {not: {event: cart.abandoned}}, then: {tags: x}}\n"
    )


def test_anchors_may_be_used() -> None:
    """An alias stands for what it names."""
    text = (
        HEAD + "  - {name: a, when: &w {event: order.created}, then: &t {tags: x}}\n  - {name: b, when: *w, then: *t}\n"
    )
    first, second = ruleset(text).rules
    assert first.then == second.then


def test_contact_may_stand_beside_then() -> None:
    """Inside `then` is where the documents put it."""
    inside = ruleset(rule(then="{tags: [a], contact: {name: x}}")).rules[0].then.contact["name"]
    beside = ruleset(rule(more="    contact: {name: x}\n")).rules[0].then.contact["name"]
    assert inside.source == beside.source == "x"


def test_variables_are_read_as_they_are_written() -> None:
    """Names and values lose the spaces around them; a number keeps its shape."""
    then = """{variables: {Сумма: 1e3, " Номер ": "{{ order.number }}", 7: "007"}, remove_variables: [x, " x ", 5]}"""
    effects = ruleset(rule(then=then)).rules[0].then
    assert {name: template.source for name, template in effects.variables.items()} == {
        "Сумма": "1e3",
        "Номер": "{{ order.number }}",
        "7": "007",
    }
    assert effects.remove_variables == ("x", "5")


def test_variables_may_be_as_long_as_watbot_takes_them() -> None:
    """255 characters of a name, 4096 of a value; what is longer is told in mistakes."""
    effects = ruleset(rule(then="{variables: {? " + "я" * 255 + " : " + "b" * 4_096 + "}}")).rules[0].then
    assert [(len(name), len(template.source)) for name, template in effects.variables.items()] == [(255, 4_096)]


def test_one_variable_to_remove_needs_no_list() -> None:
    """As with tags."""
    effects = ruleset(rule(then="{remove_variables: Ссылка на корзину}")).rules[0].then
    assert effects.remove_variables == ("Ссылка на корзину",)
    assert effects.variables == {}


@pytest.mark.parametrize(
    ("status", "each"),
    [("a", False), ("{value: a}", False), ("{value: a, each: false}", False), ("{value: a, each: true}", True)],
)
def test_a_status_may_say_that_each_is_sent(status: str, each: bool) -> None:
    """Plain text and fields are the same but for that."""
    effects = ruleset(rule(then=f"{{status: {status}}}")).rules[0].then
    assert effects.status is not None
    assert (effects.status.source, effects.each_status) == ("a", each)


@pytest.mark.parametrize(("more", "urgent"), [("", None), ("    urgent: true\n", True), ("    urgent: false\n", False)])
def test_a_rule_may_say_whether_it_is_urgent(more: str, urgent: bool | None) -> None:
    """Without a word the kind of each change decides."""
    assert ruleset(rule(more=more)).rules[0].urgent is urgent


SETTLE = [
    ("3s", 3_000),
    ("3 секунды", 3_000),
    ("1s500ms", 1_500),
    ("500ms", 500),
    ("1m", 60_000),
    ("60 s", 60_000),
    ("60000ms", 60_000),
    ("0s", 0),
    ("0", 0),
]


@pytest.mark.parametrize(("written", "settle_ms"), SETTLE)
def test_a_settle_time_is_read_of_a_rule_and_of_the_file(written: str, settle_ms: int) -> None:
    """Zero on a rule is a word of its own: it switches off what the file says."""
    rules = ruleset(f"settle: {written}\n" + rule(more=f"    settle: {written}\n"))
    assert (rules.settle_ms, rules.rules[0].settle_ms) == (settle_ms, settle_ms)


def test_a_rule_without_a_settle_time_leaves_it_to_the_file() -> None:
    """None is not zero."""
    rules = ruleset("settle: 5s\n" + rule())
    assert (rules.settle_ms, rules.rules[0].settle_ms) == (5_000, None)
