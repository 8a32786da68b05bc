"""Rules that run and hardly say what was meant, each with the warning it deserves."""

from typing import NamedTuple

from tests.rules.mistakes import HEAD


class Suspect(NamedTuple):
    """A text, the code and `line:column` of its warning, a word of it in each language, and the mend."""

    text: str
    code: str
    place: str
    ru: str
    en: str
    fix: str | None = None


def rules(*lines: str, head: str = HEAD) -> str:
    """A file of one rule a line, from line 6 on; each begins at column 5."""
    return head + "".join(f"  - {line}\n" for line in lines)


def when(condition: str, then: str = "{tags: Тег}", name: str = "a", more: str = "") -> str:
    """One rule on one line; its name's value stands in column 12, its `when` in column 21."""
    return f"{{name: {name}, when: {condition}, then: {then}{more}}}"


def never(condition: str, column: int, ru: str, en: str) -> Suspect:
    """A rule that can never match, and the column of the line that contradicts another."""
    return Suspect(rules(when(condition)), "rule.never", f"6:{column}", ru, en)


NEVER = (
    never("{event: [order.created], all: [{event: order.updated}]}", 53, "order.updated", "cannot both hold"),
    never("{order.total: {at_least: 10, at_most: 5}}", 50, "at_least 10", "at_most 5"),
    never("{order.total: {more_than: 5, is: 5}}", 50, "more_than", "more_than"),
    never("{order.total: {between: [1, 5], less_than: 1}}", 53, "between", "between"),
    never("{order.coupon: {exists: false, is: ЛЕТО}}", 52, "exists", "exists"),
    never("{order.coupon: {empty: true, contains: а}}", 50, "empty", "empty"),
    never("{order.coupon: {exists: false, empty: false}}", 52, "empty", "empty"),
    never("{utm.source: {in: [vk, ok], not_in: [OK, ВК, VK]}}", 49, "not_in", "not_in"),
    never(
        "{utm.source: [vk, ok], not: [{utm.source: vk}, {utm.source: ok}]}", 69, "not: utm.source", "not: utm.source"
    ),
    never("{utm.source: {starts_with: ya, is: vk}}", 52, "starts_with", "starts_with"),
    never("{utm.source: {starts_with: ya}, not: {utm.source: {contains: y}}}", 72, "contains", "contains"),
    never("{order.paid: true, not: {order.paid: true}}", 46, "order.paid", "order.paid"),
    never("{order.number: {is: 7, at_least: 10}}", 44, "at_least", "at_least"),
    never('{form.fields."Город": {ends_with: ск, is: Казань}}', 59, "ends_with", "ends_with"),
    never("{utm.source: vk, any: [{utm.source: ok}, {utm.source: fb}]}", 63, "fb", "fb"),
    never("{not: {order.total: {at_least: 1}}, order.total: {more_than: 2}}", 42, "more_than", "more_than"),
    never("{order.items.name: {is: чай, not: чай}}", 50, "чай", "чай"),
)

STOP = ", stop: true"
SHADOWED = (
    Suspect(
        rules(when("{event: order.created}", more=STOP), when("{event: order.created, utm.source: vk}", name="b")),
        "rule.shadowed",
        "7:12",
        "«a»",
        '"a"',
    ),
    Suspect(
        rules(
            when("{event: [order.created, order.updated], order.total: {at_least: 10}}", more=STOP),
            when("{event: Order.Created, order.total: {more_than: 99}}", name="b"),
        ),
        "rule.shadowed",
        "7:12",
        "дело не дойдёт",
        "never reached",
    ),
    Suspect(
        rules(when("{}", more=STOP), when("{event: order.created}", name="b")), "rule.shadowed", "7:12", "«a»", '"a"'
    ),
    Suspect(
        rules(
            when("{any: [{utm.source: vk}, {utm.source: ok}]}", more=STOP),
            when("{utm.source: [vk, ok], order.total: 5}", name="b"),
        ),
        "rule.shadowed",
        "7:12",
        "строка 6",
        "line 6",
    ),
)

EFFECTS = (
    Suspect(
        rules(
            when("{event: order.created, utm.source: vk}", "{status: Из ВК}"),
            when("{event: order.created}", "{status: Новый}", "b"),
        ),
        "effect.replaced",
        "6:76",
        "«Из ВК»",
        "never lasts",
    ),
    Suspect(
        rules(
            when("{event: order.created}", "{tags: Новый}"),
            when("{event: order.created}", "{remove_tags: Новый}", "b"),
        ),
        "effect.undone",
        "6:58",
        "всегда снимает",
        "takes it off",
    ),
    Suspect(
        rules(when("{event: order.created}", "{tags: Новый, remove_tags: Новый}")),
        "effect.undone",
        "6:58",
        "«Новый»",
        '"Новый"',
    ),
    Suspect(
        rules(
            when("{event: order.created}", "{remove_tags: Новый}"),
            when("{event: [order.created, order.updated]}", "{tags: Новый}", "b"),
        ),
        "effect.undone",
        "6:65",
        "всегда ставит",
        "always puts it on",
    ),
    Suspect(
        rules(
            when("{event: order.created}", "{variables: {Сумма: 1}}"),
            when("{event: order.created}", "{variables: {Сумма: 2}}", "b"),
        ),
        "effect.replaced",
        "6:64",
        "переменная «Сумма»",
        'the variable "Сумма"',
    ),
    Suspect(
        rules(when("{event: order.created}", "{utm: off}"), when("{event: order.created}", "{utm: first}", "b")),
        "effect.replaced",
        "6:57",
        "utm",
        "utm",
    ),
    Suspect(
        rules(
            when("{event: order.created, utm.source: vk}", "{tags: Тег}"),
            when("{utm.source: VK, event: order.created}", "{tags: Тег}", "b"),
        ),
        "rule.duplicate",
        "7:12",
        "повторяет",
        "repeats",
    ),
)


def tags(first: str, second: str) -> str:
    """A file with two tags; the second stands in line 7, column 58."""
    return rules(
        when("{event: order.created}", f"{{tags: {first}}}"), when("{event: order.updated}", f"{{tags: {second}}}", "b")
    )


NAMES = (
    Suspect(tags("Покупатель", "Покупетель"), "tag.alike", "7:58", "«Покупатель»", '"Покупатель"', "Покупатель"),
    Suspect(tags("Покупатель", "Покупатль"), "tag.alike", "7:58", "почти", "almost", "Покупатель"),
    Suspect(tags("Покупатель", "Покуаптель"), "tag.alike", "7:58", "почти", "almost", "Покупатель"),
    Suspect(tags("Постоянный клиент", "постоянный клиент"), "tag.alike", "7:58", "регистр", "case"),
    Suspect(tags("Постоянный клиент", "Постоянныйклиент"), "tag.alike", "7:58", "почти", "almost"),
    Suspect(tags('"Новый клиент"', '"Новый  клиент"'), "tag.alike", "7:58", "пробелы", "spaces"),
    Suspect(tags("Ждёт звонка", "Ждет звонка"), "tag.alike", "7:58", "ё", "ё"),
    Suspect(tags("ВАК", "BAK"), "tag.alike", "7:58", "алфавита", "alphabet", "ВАК"),
    Suspect(
        tags('"Заказ {{ order.number }}"', '"Закaз {{ order.number }}"'),
        "text.alphabets",
        "7:58",
        "«Закaз»",
        "two alphabets",
        "Заказ {{ order.number }}",
    ),
    Suspect(
        rules(
            when("{event: order.created}", "{status: Новый заказчик}"),
            when("{event: order.updated}", "{status: Новый закaзчик}", "b"),
        ),
        "text.alphabets",
        "7:60",
        "алфавитов",
        "alphabets",
        "Новый заказчик",
    ),
    Suspect(
        rules(
            when("{event: order.created}", "{status: Ждёт оплату}"),
            when("{event: order.updated}", "{status: Ждёт Оплату}", "b"),
        ),
        "status.alike",
        "7:60",
        "статус",
        "status",
    ),
    Suspect(
        rules(
            when("{event: order.created}", "{variables: {Последний заказ: 1}}"),
            when("{event: order.updated}", "{remove_variables: Последнй заказ}", "b"),
        ),
        "variable.alike",
        "7:70",
        "переменная",
        "variable",
        "Последний заказ",
    ),
    Suspect(rules(when("{utm.source: уаndex}")), "text.alphabets", "6:34", "уаndex", "alphabets", "yandex"),
)

LONG = "a" * 60
STATUSES = (
    Suspect(
        rules(when("{event: order.created}", f'{{status: "{LONG}bcdef{{{{ order.number }}}}"}}')),
        "status.too_long",
        "6:60",
        "не поместится",
        "will not fit",
    ),
    Suspect(
        rules(
            when(
                "{event: order.created}",
                f'{{status: "{{% if order.paid %}}{LONG}bcdef{{% else %}}x{{% endif %}}"}}',
            )
        ),
        "status.too_long",
        "6:60",
        "65",
        "65",
    ),
    Suspect(
        rules(when("{event: order.created}", '{status: "Заказ: {{ order.comment }}"}')),
        "status.too_long",
        "6:60",
        "order.comment",
        "order.comment",
        "Заказ: {{ order.comment | truncate: 57 }}",
    ),
)

FORMS = "version: 1\nbot: 1\nsources:\n  quiz: {preset: marquiz, token: t}\nrules:\n"
SHOPS = (
    "version: 1\nbot: 1\nsources: {quiz: {preset: marquiz, token: t}, pay: {preset: yookassa, proof: none}}\n"
    "utm_as: off\nrules:\n"
)
TYPES = (
    Suspect(
        rules(when("{event: [order.created, form.submitted]}")), "type.never_sent", "6:45", "WooCommerce", "never sends"
    ),
    Suspect(rules(when("{event: [order.updated, order.paid]}")), "type.never_sent", "6:45", "order.paid", "order.paid"),
    Suspect(
        rules(when("{event: [form.submitted, lead.created]}"), head=FORMS),
        "type.never_sent",
        "6:46",
        "Marquiz",
        "Marquiz",
        None,
    ),
    Suspect(
        rules(when("{event: [form.submitted, payment.failed, order.paid]}"), head=SHOPS),
        "type.never_sent",
        "6:62",
        "ни один",
        "none of the sources",
    ),
    Suspect(
        rules(when("{event: form.submitted, source: quiz}"), head=SHOPS), "source.unclaimed", "3:46", "«pay»", '"pay"'
    ),
    Suspect(
        rules(when("{}", "{tags: Тег, utm: first}"), head=SHOPS), "utm.unused", "6:48", "utm_as: off", "utm_as: off"
    ),
    Suspect(
        rules(when("{event: order.created}", "{variables: {utm_source: x}}")),
        "variable.utm",
        "6:64",
        "utm_source",
        "utm_source",
    ),
)

SUSPECTS = (*NEVER, *SHADOWED, *EFFECTS, *NAMES, *STATUSES, *TYPES)
