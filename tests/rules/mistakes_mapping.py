"""Mistakes in what a source says of its sender's fields."""

from tests.rules.mistakes import Mistake, source

MAPPING = (
    Mistake(
        source("{preset: generic, token: t, fields: {order.id: 'a[-0]'}}"), "path.written", "4:56", "a[-1]", "a[*].b"
    ),
    Mistake(source("{preset: strapi, token: t, event: 'a[x'}"), "path.written", "4:43", "путь", "path"),
    Mistake(source("{preset: standard_webhooks, secret: t, token: t}"), "source.foreign", "4:48", "token", "token"),
    Mistake(
        source('{preset: generic, token: t, fields: {order.id: "{{ a | upcaze }}"}}'),
        "template.filter",
        "4:64",
        "upcaze",
        "upcaze",
        "upcase",
    ),
    Mistake(
        source('{preset: generic, token: t, fields: {order.id: "{{ a "}}'),
        "template.syntax",
        "4:56",
        "не закрыт",
        "closed",
    ),
    Mistake(
        source("{preset: generic, token: t, fields: {order.id: \"{% include 'a' %}\"}}"),
        "template.tag",
        "4:60",
        "include",
        "include",
    ),
    Mistake(
        source("{preset: generic, token: t, fields: {order.id: {{ a }}}}"),
        "template.unquoted",
        "4:56",
        "кавычек",
        "quotes",
    ),
    Mistake(source('{preset: generic, token: t, event: "{{ a"}'), "template.syntax", "4:44", "не закрыт", "closed"),
)
