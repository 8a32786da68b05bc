"""Every expression of a parsed template, and every filter called in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from liquid import BoundTemplate, Node, RenderContext
from liquid.builtin.expressions import FilteredExpression, KeywordArgument, TernaryFilteredExpression
from liquid.builtin.expressions.filtered import Filter
from liquid.expression import Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A filter as it is called: how many values it is given, and the names of its options."""

    name: str
    values: int
    options: tuple[str, ...]


def expressions_of(template: BoundTemplate) -> Iterator[Expression]:
    """Each expression, those within others included. Raises RecursionError over absurd nesting."""
    context = RenderContext(template)
    for node in template.nodes:
        yield from _of_node(node, context)


def _of_node(node: Node, context: RenderContext) -> Iterator[Expression]:
    for expression in node.expressions():
        yield from _of_expression(expression)
    for child in node.children(context, include_partials=False):
        yield from _of_node(child, context)


def _of_expression(expression: Expression) -> Iterator[Expression]:
    yield expression
    for child in expression.children():
        yield from _of_expression(child)


def calls_of(template: BoundTemplate) -> Iterator[Call]:
    """Each call of a filter, in no certain order."""
    for expression in expressions_of(template):
        found: list[Filter] = []
        if isinstance(expression, FilteredExpression):
            found = expression.filters or []
        elif isinstance(expression, TernaryFilteredExpression):
            found = [*(expression.filters or ()), *(expression.tail_filters or ())]
        for one in found:
            names = tuple(given.name for given in one.args if isinstance(given, KeywordArgument))
            yield Call(one.name, len(one.args) - len(names), names)
