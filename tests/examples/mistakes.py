"""Examples with one mistake each, and the fault that tells it."""

from tests.rules.mistakes import HEAD as RULES_HEAD
from tests.rules.mistakes import Mistake


def beside(example: str) -> str:
    """A file with an example that stands in line 10 from column 9."""
    return f"{RULES_HEAD}  - name: r\n    when: {{}}\n    then: {{tags: a}}\n    examples:\n      - {example}\n"


def listed(examples: str) -> str:
    """A file whose `examples:` has its value in line 9 from column 15."""
    return f"{RULES_HEAD}  - name: r\n    when: {{}}\n    then: {{tags: a}}\n    examples: {examples}\n"


def expect(what: str) -> str:
    """One whose `expect:` has its value in line 2 from column 56."""
    return whole(f"event: {{event: x, source: shop}}, expect: {what}")


def sent(request: str) -> str:
    """One whose `delivery:` has its value in line 2 from column 25."""
    return whole(f"delivery: {request}, expect: nothing")


def whole(example: str) -> str:
    """A file of examples with one, in line 2 from column 5; its name is given."""
    return f"examples:\n  - {{name: e, {example}}}\n"


BESIDE = (
    Mistake(listed("{event: x}"), "value.kind", "9:15", "список примеров", "list of examples"),
    Mistake(listed("[]"), "value.empty", "9:15", "пуст", "empty"),
    Mistake(listed("[5]"), "value.kind", "9:16", "не годится", "does not fit"),
    Mistake(beside("{expect: nothing}"), "name.missing", "10:9", "event", "event"),
    Mistake(beside("{evnt: x, event: x}"), "name.unknown", "10:10", "evnt", "evnt", "event"),
    Mistake(beside("{event: x, source: shop}"), "name.unknown", "10:20", "внутри event", "inside event"),
    Mistake(beside("{event: x, tags: a}"), "name.unknown", "10:20", "внутри expect", "inside expect"),
    Mistake(
        beside("{event: order.craeted}"), "event.unknown", "10:17", "тип события", "type of event", "order.created"
    ),
    Mistake(beside("{event: {order.total: 5}}"), "name.missing", "10:17", "event", "event"),
    Mistake(beside("{event: {event: x, source: shp}}"), "source.unknown", "10:36", "shp", "shp", "shop"),
    Mistake(beside("{event: {event: x, order.totl: 5}}"), "path.unknown", "10:28", "totl", "totl", "order.total"),
    Mistake(
        beside("{event: {event: x, order: {totl: 5}}}"), "path.unknown", "10:36", "order.totl", "order.totl", "total"
    ),
    Mistake(beside("{event: {event: x, order: 5}}"), "value.kind", "10:35", "поля события", "fields of an event"),
    Mistake(beside("{event: {event: x, order.total: много}}"), "example.number", "10:41", "не число", "not a number"),
    Mistake(beside("{event: {event: x, order.paid: дао}}"), "value.kind", "10:40", "не годится", "does not fit"),
    Mistake(beside("{event: {event: x, occurred_at: вчера}}"), "example.moment", "10:41", "не время", "not a time"),
    Mistake(beside("{event: {event: x, customer.phone: 123}}"), "example.phone", "10:44", "не телефон", "not a phone"),
    Mistake(beside("{event: {event: x, customer.email: anna}}"), "example.email", "10:44", "e-mail", "e-mail"),
    Mistake(
        beside("{event: {event: x, order..id: 5}}"), "path.written", "10:28", "записан неверно", "not written right"
    ),
    Mistake(beside("{event: {event: x, form.fields.a.b: 5}}"), "path.written", "10:28", "длиннее", "longer"),
    Mistake(beside("{event: {event: x, order.items.0.name: a}}"), "path.written", "10:28", "длиннее", "longer"),
    Mistake(beside("{event: {event: x, order.items.name.x: a}}"), "path.written", "10:28", "длиннее", "longer"),
    Mistake(beside("{event: {event: x, order.items: [{nme: a}]}}"), "path.unknown", "10:43", "nme", "nme", "name"),
    Mistake(
        beside("{event: {event: x, order.id: 1, order: {id: 2}}}"), "value.repeated", "10:41", "order.id", "order.id"
    ),
    Mistake(beside("{event: {event: x, form.fields: a}}"), "value.kind", "10:41", "поля", "fields"),
    Mistake(beside("{event: x, expect: nothin}"), "expect.written", "10:28", "неверно", "not written", "nothing"),
    Mistake(beside("{event: x, expect: [a]}"), "value.kind", "10:28", "список", "list"),
    Mistake(beside("{event: x, expect: {tag: a}}"), "name.unknown", "10:29", "tag", "tag", "tags"),
    Mistake(beside("{event: x, expect: {phone: a}}"), "name.unknown", "10:29", "contact", "contact"),
    Mistake(beside("{event: x, expect: {rules: a}}"), "name.unknown", "10:29", "файле примеров", "file of examples"),
    Mistake(beside("{event: x, expect: {matched: ja}}"), "value.kind", "10:38", "не годится", "does not fit"),
    Mistake(
        beside("{event: x, expect: {matched: false, tags: a}}"),
        "expect.contradiction",
        "10:28",
        "не подходит",
        "not match",
    ),
    Mistake(beside('{event: x, expect: {tags: "{{ a }}"}}'), "expect.template", "10:35", "шаблон", "template"),
    Mistake(
        beside('{event: x, expect: {variables: {a: "{{ a }}"}}}'), "expect.template", "10:40", "шаблон", "template"
    ),
    Mistake(beside("{event: x, expect: {variables: a}}"), "value.kind", "10:40", "поля", "fields"),
    Mistake(beside("{event: x, expect: {utm: of}}"), "value.unknown", "10:34", "of", "of", "off"),
    Mistake(beside("{event: x, expect: {utm: {sorce: vk}}}"), "name.unknown", "10:35", "sorce", "sorce", "source"),
    Mistake(beside("{event: x, expect: {contact: {fone: 1}}}"), "name.unknown", "10:39", "fone", "fone", "phone"),
    Mistake(beside("{event: x, expect: {after: soon}}"), "value.duration", "10:36", "срок", "duration"),
    Mistake(beside("{event: x, earlier: {event: y}}"), "value.kind", "10:29", "прошлых", "earlier"),
    Mistake(beside("{event: x, earlier: [{event: y}]}"), "name.missing", "10:30", "ago", "ago"),
    Mistake(beside("{event: x, earlier: [{ago: 1d}]}"), "name.missing", "10:30", "event", "event"),
    Mistake(
        beside("{event: x, earlier: [{event: order.piad, ago: 1d}]}"),
        "event.unknown",
        "10:38",
        "piad",
        "piad",
        "order.paid",
    ),
    Mistake(beside("{event: x, earlier: [{event: y, ago: 1 weak}]}"), "value.duration", "10:46", "срок", "duration"),
    Mistake(beside("{event: x, earlier: [{event: y, ago: 1d, source: q}]}"), "source.unknown", "10:58", "q", "q"),
)
WHOLE = (
    Mistake("", "file.empty", "1:1", "пуст", "empty"),
    Mistake("examples: {a: b}", "value.kind", "1:11", "список примеров", "list of examples"),
    Mistake("version: 2\nexamples: []", "version.unknown", "1:10", "версия", "version"),
    Mistake("version: 1\nrules: []\nexamples: []", "name.unknown", "2:1", "файле правил", "rules file"),
    Mistake("version: 1", "name.missing", "1:1", "examples", "examples"),
    Mistake("examples: [", "yaml.bracket", "1:11", "скобка", "not closed"),
    Mistake("examples:\n  - {event: {event: x, source: shop}, expect: nothing}", "name.missing", "2:5", "name", "name"),
    Mistake(whole("expect: nothing"), "name.missing", "2:5", "event", "event"),
    Mistake(whole("event: {event: x, source: shop}"), "name.missing", "2:5", "expect", "expect"),
    Mistake(whole("event: x, expect: nothing"), "name.missing", "2:22", "source", "source"),
    Mistake(expect("{}"), "value.empty", "2:56", "ничего не проверяется", "nothing is tested"),
    Mistake(expect("{rules: Заказы}"), "rule.unknown", "2:64", "Заказы", "Заказы", "Заказ"),
    Mistake(expect("{contacts: два}"), "expect.written", "2:67", "контактов", "contacts"),
    Mistake(expect("{matched: true}"), "name.unknown", "2:57", "рядом с правилом", "beside a rule"),
    Mistake(
        whole("event: {event: x, source: shop}, after: 1h, expect: nothing"), "name.unknown", "2:48", "story", "story"
    ),
    Mistake(
        whole("event: {event: x, source: shop}, story: [{event: {event: x, source: shop}}], expect: nothing"),
        "example.given",
        "2:48",
        "лишнее",
        "too many",
    ),
    Mistake(whole("story: [], expect: nothing"), "value.kind", "2:22", "шагов", "steps"),
    Mistake(whole("story: [{after: 1h}], expect: nothing"), "name.missing", "2:23", "event", "event"),
    Mistake(
        whole("story: [{event: {event: x, source: shop}, at: 2026-01-01, after: 1h}], expect: nothing"),
        "example.moment",
        "2:73",
        "вместе",
        "together",
    ),
    Mistake(
        whole(
            "story: [{event: {event: x, source: shop}, at: 2026-01-02}, "
            "{event: {event: x, source: shop}, at: 2026-01-01}], expect: nothing"
        ),
        "example.moment",
        "2:112",
        "раньше",
        "before",
    ),
    Mistake(sent("{body: x}"), "name.missing", "2:25", "source", "source"),
    Mistake(sent("{source: shop}"), "name.missing", "2:25", "body", "body"),
    Mistake(sent("{source: shp, body: x}"), "source.unknown", "2:34", "shp", "shp", "shop"),
    Mistake(sent("{source: shop, body: x, file: y}"), "example.given", "2:49", "вместе", "together"),
    Mistake(sent("{source: shop, body: x, method: PATCH}"), "value.unknown", "2:57", "PATCH", "PATCH"),
    Mistake(sent("{source: shop, body: x, headers: a}"), "value.kind", "2:58", "поля", "fields"),
    Mistake(sent("{source: shop, bdy: x, body: x}"), "name.unknown", "2:40", "bdy", "bdy", "body"),
)
