"""Rules files with one mistake each, and the fault that tells it."""

from typing import NamedTuple

HEAD = "version: 1\nbot: 1\nsources:\n  shop: {preset: woocommerce, secret: s}\nrules:\n"
"""Five lines of a right file; what follows begins in line 6."""


class Mistake(NamedTuple):
    """A text, the code and `line:column` of its fault, and a word of the message in each language."""

    text: str
    code: str
    place: str
    ru: str
    en: str
    nearest: str | None = None


def rule(when: str = "{event: order.created}", then: str = "{tags: [a]}", more: str = "") -> str:
    """A file with one rule: `when` and `then` stand in lines 7 and 8 from column 11, `more` in line 9."""
    return f"{HEAD}  - name: r\n    when: {when}\n    then: {then}\n{more}"


def source(entry: str) -> str:
    """A file with one source, whose value stands in line 4 from column 9."""
    return f"version: 1\nbot: 1\nsources:\n  shop: {entry}\nrules: []\n"


YAML = (
    Mistake("", "file.empty", "1:1", "пуст", "empty"),
    Mistake("# only a comment\n", "file.empty", "1:1", "пуст", "empty"),
    Mistake("version: 1\nrules:\n\t- name: x\n", "yaml.tab", "3:1", "табуляция", "tab"),
    Mistake("version: 1\nunnamed: 'x\n", "yaml.quote", "2:10", "кавычка", "quote"),
    Mistake('version: 1\nunnamed: "x\n', "yaml.quote", "2:10", "кавычка", "quote"),
    Mistake('version: 1\nunnamed: "\\q"\n', "yaml.escape", "2:12", "кавычках", "backslash"),
    Mistake("version: 1\nsources: {\nrules: []\n", "yaml.bracket", "2:10", "скобка", '"{"'),
    Mistake("version: 1\nmessengers: [vk\nbot: 1\n", "yaml.bracket", "2:13", "скобка", '"["'),
    Mistake("version: 1\nbot 1\nrules: []\n", "yaml.no_colon", "2:1", "двоеточия", "colon"),
    Mistake("version: 1\n  bot: 1\n", "yaml.indent", "2:3", "отступ", "indentation"),
    Mistake("version: 1\nunnamed: a: b\n", "yaml.colon", "2:11", "двоеточие", "colon"),
    Mistake(
        "version: 1\nrules:\n  - name: x\n when: {}\n    then: {}\n", "yaml.indent", "4:2", "отступ", "indentation"
    ),
    Mistake("version: 1\nunnamed: *one\n", "yaml.alias", "2:10", "звёздочки", "asterisk"),
    Mistake("version: &a 1\nbot: &a 1\nrules: []\n", "yaml.anchor", "2:6", "метка", "mark"),
    Mistake("version: 1\nbot: 1\n---\nrules: []\n", "yaml.documents", "3:1", "документ", "document"),
    Mistake("version: 1\nunnamed: @one\n", "yaml.sign", "2:10", "особого", "special"),
    Mistake("version: 1\nbot: \x07\n", "yaml.character", "2:6", "невидимый", "control"),
    Mistake("version: 1\nbot: 1\nbot: 2\nrules: []\n", "yaml.repeated", "3:1", "строке 2", "line 2"),
    Mistake("version: 1\nbot: 1\nrules: []\n<<: {a: 1}\n", "yaml.merge", "4:1", "слияние", "merging"),
    Mistake("version: 1\nbot: !!python/name:os.system 1\nrules: []\n", "yaml.tag", "2:6", "команда", "tag"),
    Mistake("version: 1\nbot: 1\nrules: &a [*a]\n", "yaml.too_much", "3:8", "вложен", "nested"),
    Mistake("version: 1\nrules: " + "[" * 60 + "\n", "yaml.too_much", "2:47", "вложенность", "nested"),
)

TOP = (
    Mistake("- a\n", "value.kind", "1:1", "список", "list"),
    Mistake("bot: 1\nrules: []\n", "name.missing", "1:1", "version", "version"),
    Mistake("version: 2\nbot: 1\nrules: []\n", "version.unknown", "1:10", "версия", "version"),
    Mistake("version: 1\nrules: []\n", "name.missing", "1:1", "bot", "bot"),
    Mistake("version: 1\nbot: one\nrules: []\n", "value.kind", "2:6", "не годится", "does not fit"),
    Mistake("version: 1\nbot: 0\nrules: []\n", "value.kind", "2:6", "не годится", "does not fit"),
    Mistake("version: 1\nbot: 1\n", "name.missing", "1:1", "rules", "rules"),
    Mistake("version: 1\nbot: 1\nrules: {}\n", "value.kind", "3:8", "список правил", "list of rules"),
    Mistake("version: 1\nbot: 1\nrulez: []\nrules: []\n", "name.unknown", "3:1", "rulez", "rulez", "rules"),
    Mistake("version: 1\nbot: 1\nconfirmed_ttl: day\nrules: []\n", "value.duration", "3:16", "срок", "duration"),
    Mistake("version: 1\nbot: 1\nsettle: soon\nrules: []\n", "value.duration", "3:9", "до 60s", "up to 60s"),
    Mistake("version: 1\nbot: 1\nsettle: 1h\nrules: []\n", "value.duration", "3:9", "до 60s", "up to 60s"),
    Mistake("version: 1\nbot: 1\nsettle: 2m\nrules: []\n", "value.duration", "3:9", "не больше 60s", "at most 60s"),
    Mistake("version: 1\nbot: 1\nsetle: 3s\nrules: []\n", "name.unknown", "3:1", "setle", "setle", "settle"),
    Mistake("version: 1\nbot: 1\ntags_as: ad\nrules: []\n", "value.unknown", "3:10", "ad", "ad", "add"),
    Mistake("version: 1\nbot: 1\ntags_as: atach\nrules: []\n", "value.unknown", "3:10", "atach", "atach", "attach"),
    Mistake("version: 1\nbot: 1\nmessengers: [vk, icq]\nrules: []\n", "value.unknown", "3:18", "icq", "icq"),
    Mistake(
        "version: 1\nbot: 1\nmessengers: [vk, vk]\nrules: []\n", "value.repeated", "3:18", "повторяется", "repeated"
    ),
)

SOURCES = (
    Mistake(source("{secret: s}"), "name.missing", "4:3", "preset", "preset"),
    Mistake(
        source("{preset: woocomerce, secret: s}"), "value.unknown", "4:18", "woocomerce", "woocomerce", "woocommerce"
    ),
    Mistake(source("{preset: woocommerce}"), "source.no_proof", "4:3", "кого угодно", "anybody"),
    Mistake(source("{preset: woocommerce, secret: s, token: t}"), "source.foreign", "4:42", "token", "token"),
    Mistake(source("{preset: tilda}"), "source.no_proof", "4:3", "кого угодно", "anybody"),
    Mistake(source("{preset: generic}"), "source.no_proof", "4:3", "кого угодно", "anybody"),
    Mistake(source("{preset: generic, token: t, proof: none}"), "source.two_proofs", "4:37", "спорит", "contradicts"),
    Mistake(source("{preset: generic, proof: off}"), "value.unknown", "4:34", "off", "off"),
    Mistake(
        source("{preset: generic, token: t, addresses: [10.0.0.1, 10.0.0/8]}"),
        "source.address",
        "4:59",
        "сеть",
        "network",
    ),
    Mistake(source("{preset: generic, token: t, addresses: 0.0.0.0/0}"), "source.address", "4:48", "сеть", "network"),
    Mistake(
        source("{preset: generic, token: t, addresses: '::ffff:0:0/96'}"), "source.address", "4:48", "сеть", "network"
    ),
    Mistake(source("{preset: shopify, account: a, addresses: 192.0.2.1}"), "source.account", "4:27", "рядом", "beside"),
    Mistake(source("{preset: generic, token: t, api: {token: t}}"), "source.foreign", "4:37", "api", "api"),
    Mistake(
        source("{preset: generic, token: t, confirmation: x}"), "source.foreign", "4:37", "confirmation", "confirmation"
    ),
    Mistake(source("{preset: generic, token: t, region: XX}"), "source.region", "4:45", "страна", "country"),
    Mistake(
        source("{preset: generic, token: t, timezone: Europe/Moskow}"),
        "source.timezone",
        "4:47",
        "пояс",
        "zone",
        "Europe/Moscow",
    ),
    Mistake(
        source("{preset: generic, token: t, fields: {customer.fone: tel}}"),
        "path.unknown",
        "4:46",
        "customer.fone",
        "customer.fone",
        "customer.phone",
    ),
    Mistake(source("{preset: generic, token: t, fields: {order.id: 'a..b'}}"), "path.written", "4:56", "путь", "path"),
    Mistake(
        source("{preset: generic, token: t, events: {new: order.craeted}}"),
        "event.unknown",
        "4:51",
        "тип события",
        "type of event",
        "order.created",
    ),
    Mistake(source("{preset: woocommerce, secret: s, event: type}"), "source.foreign", "4:42", "event", "event"),
    Mistake(source("{preset: generic, token: t, key_name: k}"), "source.foreign", "4:37", "key_name", "key_name"),
    Mistake(source('{preset: generic, token: ""}'), "secret.empty", "4:34", "секрет пуст", "secret is empty"),
    Mistake(source("{preset: generic, token: ${NOT_SET}}"), "secret.unset", "4:34", "NOT_SET", "NOT_SET"),
    Mistake(source("{preset: generic, token: ${NOT_SET:-x}}"), "secret.example", "4:34", "песочницы", "sandbox"),
    Mistake(source('{preset: generic, token: "${1X}"}'), "secret.reference", "4:34", "записано неверно", "is wrong"),
    Mistake(source("{preset: generic, token: {a: b}}"), "value.kind", "4:34", "вложенные", "nested"),
    Mistake(
        "version: 1\nbot: 1\nsources:\n  мой сайт: {preset: generic, token: t}\nrules: []\n",
        "source.name",
        "4:3",
        "имя источника",
        "source name",
    ),
)

RULES = (
    Mistake(HEAD + "  - when: {}\n    then: {}\n", "name.missing", "6:5", "name", "name"),
    Mistake(HEAD + "  - name: r\n    then: {}\n", "name.missing", "6:5", "when", "when"),
    Mistake(HEAD + "  - name: r\n    when: {}\n", "name.missing", "6:5", "then", "then"),
    Mistake(HEAD + "  - a\n", "value.kind", "6:5", "не годится", "does not fit"),
    Mistake(rule(more="  - name: r\n    when: {}\n    then: {}\n"), "rule.repeated", "9:11", "строке 6", "line 6"),
    Mistake(rule(more="    enabled: maybe\n"), "value.kind", "9:14", "не годится", "does not fit"),
    Mistake(rule(more="    tags: [b]\n"), "name.unknown", "9:5", "tags", "tags"),
    Mistake(rule("{event: order.craeted}"), "event.unknown", "7:19", "order.craeted", "order.craeted", "order.created"),
    Mistake(rule("{source: shopp}"), "source.unknown", "7:20", "shopp", "shopp", "shop"),
    Mistake(rule("{order.totl: 5}"), "path.unknown", "7:12", "order.totl", "order.totl", "order.total"),
    Mistake(rule("{phone: 5}"), "path.unknown", "7:12", "phone", "phone", "customer.phone"),
    Mistake(rule("{order..total: 5}"), "path.written", "7:12", "записан неверно", "not written right"),
    Mistake(rule("{order.total: {at_lest: 5}}"), "name.unknown", "7:26", "at_lest", "at_lest", "at_least"),
    Mistake(rule("{order.number: {like: 5}}"), "name.unknown", "7:27", "like", "like"),
    Mistake(rule("{order.total: many}"), "test.number", "7:25", "не число", "not a number"),
    Mistake(rule("{order.total: {at_least: x}}"), "test.number", "7:36", "не число", "not a number"),
    Mistake(rule("{order.total: {between: [1]}}"), "test.number", "7:35", "чисел", "numbers"),
    Mistake(rule("{order.total: {between: [9, 1]}}"), "test.number", "7:35", "ничего не подойдёт", "nothing fits"),
    Mistake(rule("{order.total: {contains: 1}}"), "test.unfit", "7:26", "contains", "contains"),
    Mistake(rule("{order.paid: дао}"), "value.kind", "7:24", "не годится", "does not fit"),
    Mistake(rule("{order: 5}"), "test.unfit", "7:19", "часть события", "part of an event"),
    Mistake(rule("{order.coupon: {exists: 1}}"), "value.kind", "7:35", "не годится", "does not fit"),
    Mistake(rule("{order.coupon: }"), "value.empty", "7:25", "пусто", "empty"),
    Mistake(rule("{order.coupon: []}"), "value.empty", "7:26", "пуст", "empty"),
    Mistake(rule("{any: []}"), "value.empty", "7:17", "условий нет", "no conditions"),
    Mistake(rule("{not: 5}"), "value.kind", "7:17", "не годится", "does not fit"),
    Mistake(rule(then="{tag: a}"), "name.unknown", "8:12", "tag", "tag", "tags"),
    Mistake(rule(then="{tags: []}"), "value.empty", "8:18", "пуст", "empty"),
    Mistake(rule(then="{tags: {a: b}}"), "value.kind", "8:18", "вложенные", "nested"),
    Mistake(rule(then="{tags: " + "a" * 256 + "}"), "value.too_long", "8:18", "256", "256"),
    Mistake(rule(then="{status: " + "я" * 65 + "}"), "value.too_long", "8:20", "65", "65"),
    Mistake(rule(then="{utm: frist}"), "value.unknown", "8:17", "frist", "frist", "first"),
    Mistake(rule(then="{stop: true}"), "name.unknown", "8:12", "stop", "stop"),
    Mistake(rule(then='{status: "{{ order.number"}'), "template.syntax", "8:20", "не закрыт", "not closed"),
    Mistake(rule(then='{status: "{% if order %}x"}'), "template.syntax", "8:20", "не закрыт", "not closed"),
    Mistake(rule(then='{status: "{{ }}"}'), "template.syntax", "8:20", "с ошибкой", "not written right"),
    Mistake(rule(then="{status: \"{% include 'x' %}\"}"), "template.tag", "8:24", "include", "include"),
    Mistake(
        rule(then='{status: "{{ order.number | upcaze }}"}'), "template.filter", "8:39", "upcaze", "upcaze", "upcase"
    ),
    Mistake(
        rule(then='{status: "{{ order.nomber }}"}'),
        "path.unknown",
        "8:24",
        "order.nomber",
        "order.nomber",
        "order.number",
    ),
    Mistake(rule(then="{contact: {fone: x}}"), "name.unknown", "8:22", "fone", "fone", "phone"),
    Mistake(rule(then="{contact: {messenger: icq}}"), "value.unknown", "8:33", "icq", "icq"),
    Mistake(rule(then="{contact: {}}"), "value.empty", "8:21", "пуст", "empty"),
    Mistake(
        rule(then="{contact: {name: x}}", more="    contact: {name: y}\n"), "then.contact", "9:5", "дважды", "twice"
    ),
    Mistake(rule(then="{status: {{ order.number }}}"), "template.unquoted", "8:20", "кавычек", "quotes"),
)

VARIABLES = (
    Mistake(rule(then="{varables: {a: b}}"), "name.unknown", "8:12", "varables", "varables", "variables"),
    Mistake(rule(more="    variables: {a: b}\n"), "name.unknown", "9:5", "внутри then", "inside then"),
    Mistake(rule(more="    remove_variables: a\n"), "name.unknown", "9:5", "внутри then", "inside then"),
    Mistake(rule(then="{variables: a}"), "value.kind", "8:23", "имя: значение", "name: value"),
    Mistake(rule(then="{variables: [a]}"), "value.kind", "8:23", "список", "list"),
    Mistake(rule(then="{variables: }"), "value.kind", "8:22", "пусто", "empty"),
    Mistake(rule(then="{variables: {}}"), "value.empty", "8:23", "хотя бы одна", "at least one"),
    Mistake(rule(then="{variables: {a: }}"), "value.empty", "8:26", "пусто", "empty"),
    Mistake(rule(then='{variables: {a: " "}}'), "value.empty", "8:27", "пусто", "empty"),
    Mistake(rule(then='{variables: {"": b}}'), "value.empty", "8:24", "пусто", "empty"),
    Mistake(rule(then="{variables: {a: [b]}}"), "value.kind", "8:27", "список", "list"),
    Mistake(rule(then="{variables: {a: {b: c}}}"), "value.kind", "8:27", "вложенные", "nested"),
    Mistake(rule(then='{variables: {"{{ order.id }}": b}}'), "variable.name", "8:24", "шаблон", "template"),
    Mistake(rule(then='{variables: {"a {% if x %}": b}}'), "variable.name", "8:24", "шаблон", "template"),
    Mistake(rule(then='{variables: {a: b, " a ": c}}'), "value.repeated", "8:30", "повторяется", "repeated"),
    Mistake(rule(then="{variables: {? " + "я" * 256 + " : b}}"), "value.too_long", "8:26", "256", "256"),
    Mistake(rule(then="{variables: {a: " + "b" * 4_097 + "}}"), "value.too_long", "8:27", "4096", "4096"),
    Mistake(
        rule(then="{variables: {" + ", ".join(f"v{n}: 1" for n in range(1_001)) + "}}"),
        "value.too_long",
        "8:23",
        "1001",
        "1001",
    ),
    Mistake(
        rule(then='{variables: {a: "{{ order.nomber }}"}}'), "path.unknown", "8:31", "nomber", "nomber", "order.number"
    ),
    Mistake(rule(then='{variables: {a: "{{ order.number"}}'), "template.syntax", "8:27", "не закрыт", "not closed"),
    Mistake(rule(then="{variables: {a: {{ order.number }}}}"), "template.unquoted", "8:27", "кавычек", "quotes"),
    Mistake(rule(then="{remove_variables: }"), "value.empty", "8:29", "пусто", "empty"),
    Mistake(rule(then="{remove_variables: []}"), "value.empty", "8:30", "пуст", "empty"),
    Mistake(rule(then="{remove_variables: {a: b}}"), "value.kind", "8:30", "вложенные", "nested"),
    Mistake(rule(then="{remove_variables: " + "я" * 256 + "}"), "value.too_long", "8:30", "255", "255"),
    Mistake(rule(then='{remove_variables: ["{{ order.id }}"]}'), "variable.name", "8:31", "шаблон", "template"),
    Mistake(
        rule(then="{variables: {a: b, c: d}, remove_variables: [e, c]}"),
        "then.variable",
        "8:59",
        "и задана, и удалена",
        "both set and removed",
    ),
    Mistake(
        rule(then='{variables: {a: "{{ order.number }}"}, remove_variables: " a"}'),
        "then.variable",
        "8:68",
        "«a»",
        '"a"',
    ),
)

STATUS = (
    Mistake(rule(then="{status: {each: true}}"), "name.missing", "8:20", "value", "value"),
    Mistake(rule(then="{status: {}}"), "name.missing", "8:20", "each: true", "each: true"),
    Mistake(rule(then="{status: {valu: a}}"), "name.unknown", "8:21", "valu", "valu", "value"),
    Mistake(rule(then="{status: {value: a, ech: true}}"), "name.unknown", "8:31", "ech", "ech", "each"),
    Mistake(rule(then="{status: {value: a, each: always}}"), "value.kind", "8:37", "true или false", "true or false"),
    Mistake(rule(then="{status: {value: a, each: }}"), "value.kind", "8:36", "пусто", "empty"),
    Mistake(rule(then="{status: {value: " + "я" * 65 + "}}"), "value.too_long", "8:28", "65", "65"),
    Mistake(rule(then="{status: {value: [a]}}"), "value.kind", "8:28", "список", "list"),
    Mistake(rule(then="{status: [a]}"), "value.kind", "8:20", "список", "list"),
    Mistake(rule(then="{status: a, each: true}"), "name.unknown", "8:23", "value: …", "value: …"),
)

TIMING = (
    Mistake(rule(more="    urgent: high\n"), "value.kind", "9:13", "true или false", "true or false"),
    Mistake(rule(more="    urgent: ~\n"), "value.kind", "9:13", "пусто", "empty"),
    Mistake(rule(more="    urgnt: true\n"), "name.unknown", "9:5", "urgnt", "urgnt", "urgent"),
    Mistake(rule(then="{urgent: true}"), "name.unknown", "8:12", "рядом с when", "beside when"),
    Mistake(rule(then="{settle: 3s}"), "name.unknown", "8:12", "рядом с when", "beside when"),
    Mistake(rule(more="    setle: 3s\n"), "name.unknown", "9:5", "setle", "setle", "settle"),
    Mistake(rule(more="    settle: 3\n"), "value.duration", "9:13", "500ms, 3s, 1m", "500ms, 3s, 1m"),
    Mistake(rule(more="    settle: -3s\n"), "value.duration", "9:13", "записан неверно", "not written right"),
    Mistake(rule(more="    settle: ~\n"), "value.duration", "9:13", "записан неверно", "not written right"),
    Mistake(rule(more="    settle: [3s]\n"), "value.duration", "9:13", "записан неверно", "not written right"),
    Mistake(rule(more="    settle: 61s\n"), "value.duration", "9:13", "не больше 60s", "at most 60s"),
    Mistake(rule(more="    settle: 60001ms\n"), "value.duration", "9:13", "не больше 60s", "at most 60s"),
)

MISTAKES = (*YAML, *TOP, *SOURCES, *RULES, *VARIABLES, *STATUS, *TIMING)
