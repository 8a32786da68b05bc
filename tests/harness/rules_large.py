"""Rules files of many rules, for what must stay quick."""

from __future__ import annotations

_TYPES = ("order.created", "order.updated", "order.cancelled", "customer.created")


def many_rules(count: int, *, stop: bool = False) -> str:
    """`count` rules of four types and growing or, with `stop`, of one type and narrowing conditions; none alike."""
    head = "version: 1\nbot: 1\nsources: {shop: {preset: woocommerce, secret: s}}\nrules:\n"
    if stop:
        return head + "".join(
            f"- {{name: r{at}, when: {{event: order.created, order.total: {{at_least: {count - at}}}}}, "
            f"then: {{tags: T{at}}}, stop: true}}\n"
            for at in range(count)
        )
    return head + "".join(
        f"- {{name: r{at}, when: {{event: {_TYPES[at % 4]}, utm.source: s{at % 50}}}, then: {{tags: Tag {at}}}}}\n"
        for at in range(count)
    )
