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
    settings = (rules.bot, rules.unnamed, rules.confirmed_ttl_ms, rules.tags_as, rules.utm_as)
    assert settings == (1, "Клиент", 86_400_000, "auto", "auto")
    assert rules.messengers == ("whatsapp", "telegram", "vk", "viber")


def test_settings_are_read() -> None:
    """Every one of them."""
    top = "version: 1\nbot: 7\nunnamed: Гость\nmessengers: [vk]\nconfirmed_ttl: 90m\ntags_as: add\nutm_as: 'off'\n"
    rules = ruleset(top + "rules: []\n")
    settings = (rules.bot, rules.unnamed, rules.messengers, rules.confirmed_ttl_ms, rules.tags_as, rules.utm_as)
    assert settings == (7, "Гость", ("vk",), 5_400_000, "add", "off")


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
