"""Mistakes in dates, patterns, numbers and filters, and the fault that tells each."""

from tests.rules.mistakes import Mistake, rule

MOMENTS = (
    Mistake(rule("{occurred_at: {before: soon}}"), "test.moment", "7:34", "не дата", "not a date"),
    Mistake(rule("{occurred_at: {after: 31.02.2026}}"), "test.moment", "7:33", "31.02.2026", "31.02.2026"),
    Mistake(rule("{occurred_at: {before: [2026-11-24, 2026-11-25]}}"), "test.moment", "7:34", "дат", "dates"),
    Mistake(rule("{occurred_at: {between: 2026-11-24}}"), "test.moment", "7:35", "две даты", "two dates"),
    Mistake(
        rule("{occurred_at: {between: [25.11.2026, 24.11.2026]}}"), "test.moment", "7:35", "не подойдёт", "nothing fits"
    ),
    Mistake(rule("{occurred_at: 5}"), "test.moment", "7:25", "не дата", "not a date"),
    Mistake(rule("{occurred_at: {contains: 2026}}"), "test.unfit", "7:26", "время", "a time"),
    Mistake(rule("{order.total: {before: 2026-11-24}}"), "test.unfit", "7:26", "число", "a number"),
    Mistake(rule("{customer.name: {weekday: sat}}"), "test.unfit", "7:28", "текст", "text"),
    Mistake(rule("{occurred_at: {within: 7}}"), "test.span", "7:34", "7d", "7d"),
    Mistake(rule("{occurred_at: {within: 4000d}}"), "test.span", "7:34", "3650d", "3650d"),
    Mistake(rule("{occurred_at: {weekday: subbota}}"), "test.weekday", "7:35", "день недели", "day of the week"),
    Mistake(rule("{occurred_at: {weekday: субота}}"), "test.weekday", "7:35", "субота", "субота", "суббота"),
    Mistake(rule("{occurred_at: {time: 22:00}}"), "test.time", "7:32", "два времени", "two times"),
    Mistake(rule("{occurred_at: {time: [22:00, 25:00]}}"), "test.time", "7:40", "25:00", "25:00"),
    Mistake(rule("{occurred_at: {time: [22:00, 480]}}"), "test.time", "7:40", "время суток", "time of day"),
    Mistake(rule("{occurred_at: {time: [22:00, 22:00]}}"), "test.time", "7:32", "совпадают", "begins when it ends"),
    Mistake(rule("{occurred_at: {time: {from: 22:00, before: 8:00}}}"), "name.unknown", "7:33", "from", "from"),
    Mistake("timezone: Moskow\n" + rule(), "source.timezone", "1:11", "пояс", "zone"),
)
PATTERNS = (
    Mistake(rule("{customer.name: {matches: (анна}}"), "test.pattern", "7:37", "знак 1", "character 1"),
    Mistake(rule("{customer.name: {matches: а(?!б)}}"), "test.pattern", "7:38", "not: …", "not: …"),
    Mistake(rule("{customer.name: {matches: 'а(?=б)'}}"), "test.pattern", "7:37", "просмотра", "lookahead"),
    Mistake(rule(r"{customer.name: {matches: (а)\1}}"), "test.pattern", "7:40", "обратных ссылок", "backreferences"),
    Mistake(rule(r"{customer.name: {matches: \bдом}}"), "test.pattern", "7:37", "кириллиц", "Cyrillic"),
    Mistake(rule("{customer.name: {matches: а++}}"), "test.pattern", "7:38", "a+ вместо", "instead of a++"),
    Mistake(rule('{customer.name: {matches: "а{2000}"}}'), "test.pattern", "7:37", "сложное", "too large"),
    Mistake(rule("{customer.name: {matches: " + "а" * 501 + "}}"), "test.pattern", "7:37", "500", "500"),
    Mistake(rule(f"{{customer.name: {{matches: [{', '.join(['а'] * 21)}]}}}}"), "test.pattern", "7:37", "20", "20"),
    Mistake(rule("{order.total: {matches: 5}}"), "test.unfit", "7:26", "matches", "matches"),
)
NUMBERS = (
    Mistake(
        rule("{order.total: {at_least: '5,000'}}"), "test.number", "7:36", "5000 или 5.000", "5000 or 5.000", "5000"
    ),
    Mistake(rule("{order.total: {at_least: 5,000}}"), "name.unknown", "7:38", "запятая", "comma"),
    Mistake(rule("{order.total: {between: [5,000, 10,000]}}"), "test.number", "7:35", "без запятых", "without commas"),
    Mistake(rule("[{event: order.paid}, {order.total: 5}]"), "value.kind", "7:11", "all: ", "any: "),
    Mistake(
        rule('{form.field."Ваш телефон": 5}'),
        "path.unknown",
        "7:12",
        "form.fields",
        "form.fields",
        'form.fields."Ваш телефон"',
    ),
)
FILTERS = (
    Mistake(rule(then='{status: "{{ order.total | mony }}"}'), "template.filter", "8:38", "mony", "mony", "money"),
    Mistake(rule(then="{status: \"{{ order.total | plural: 'а' }}\"}"), "template.arguments", "8:20", "2-3", "2-3"),
    Mistake(rule(then='{status: "{{ order.number | upcase: 1 }}"}'), "template.arguments", "8:20", "upcase", "upcase"),
    Mistake(rule(then='{status: "{{ order.number | append }}"}'), "template.arguments", "8:20", "append", "append"),
    Mistake(
        rule(then='{status: "{{ order.number | default: 1, allow_fals: true }}"}'),
        "template.arguments",
        "8:20",
        "allow_fals",
        "allow_fals",
        "allow_false",
    ),
    Mistake(
        rule(then='{status: "{% for i in order.items %}{{ i.name | digits: 1 }}{% endfor %}"}'),
        "template.arguments",
        "8:20",
        "digits",
        "digits",
    ),
)

LANGUAGE = (*MOMENTS, *PATTERNS, *NUMBERS, *FILTERS)
