"""Rules for tests: the shortest text that is a rules file, and a builder."""

from collections.abc import Mapping

from processor.domain.rule import Ruleset
from processor.rules.compile import compile_rules

RULES_TEXT = """\
version: 1
bot: 1
sources:
  shop: {preset: woocommerce, secret: demo-shop-secret}
  landing: {preset: tilda, secret: demo-tilda-key}
  crm: {preset: generic, token: demo-crm-token}
rules:
  - name: Новый заказ
    when: {event: order.created}
    then: {tags: [Покупатель, "Заказ {{ order.number }}"], status: Новый заказ}
"""


def ruleset(text: str = RULES_TEXT, environ: Mapping[str, str] | None = None, *, demo: bool = False) -> Ruleset:
    """The text compiled under the name rules.yaml. Raises FaultsFound."""
    return compile_rules(text, "rules.yaml", environ or {}, demo=demo)
