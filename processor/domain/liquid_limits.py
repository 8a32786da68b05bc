"""Liquid without files, bounded in time and memory: a template is written by people, its values come from strangers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ClassVar, Final

from liquid import BoundTemplate, Environment, RenderContext
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.expression import Expression
from liquid.undefined import FalsyStrictUndefined

from processor.domain.home import Home
from processor.domain.liquid_date import date
from processor.domain.liquid_people import PEOPLE
from processor.domain.liquid_problem import FilterProblem, given
from processor.domain.liquid_walk import expressions_of
from processor.domain.liquid_words import WORDS
from processor.domain.sums import SUMS
from processor.text import Text

OUTPUT_CHARACTERS_MAX: Final = 4_096
OUTPUT_BYTES_MAX: Final = 4 * OUTPUT_CHARACTERS_MAX
VALUE_CHARACTERS_MAX: Final = 16_384
LIST_LENGTH_MAX: Final = 1_000
NODES_MAX: Final = 10_000
"""Elements and fields, however deep, of one value that a filter works on."""
LOOP_STEPS_MAX: Final = 500
RANGE_LENGTH_MAX: Final = 10_000
NAMESPACE_BYTES_MAX: Final = 65_536
BLOCKS_DEEP_MAX: Final = 10
INTEGER_BITS_MAX: Final = 256
WORK_MAX: Final = 1_000_000
"""Characters and elements looked at in one rendering, each step counted as WORK_PER_STEP of them at least."""
WORK_PER_STEP: Final = 40
WORK_PER_PHONE: Final = 10_000

HOME_KEY: Final = " home"
"""Where a page keeps its Home: no template can name it."""

TAGS: Final = ("if", "unless", "case", "for", "break", "continue", "assign", "capture", "comment", "cycle", "echo", "#")
_DROPPED_FILTERS: Final = (
    "strip_html",  # its patterns take quadratic time
    "safe",
    "escapejs",
    "find_index",
)
_TOO_LARGE: Final = Text("значение слишком велико", "a value is too large")
_MUCH_WORK: Final = Text("слишком много работы", "too much work")
_LONG_RANGE: Final = Text(
    f"слишком много чисел подряд, не больше {RANGE_LENGTH_MAX}", f"too much: a range of more than {RANGE_LENGTH_MAX}"
)


class _Context(RenderContext):
    """A mapping has the names that its sender gave it and no others; all work is counted.

    The library would read `contact.first` as its first pair and `contact.size` as the number of its fields, where the
    sender left a field of that name out.
    """

    work = 0

    def get_item(self, obj: Any, key: Any) -> Any:
        return obj[key] if isinstance(obj, Mapping) else super().get_item(obj, key)

    def get(self, path: list[object], *, token: Any, **kwargs: Any) -> object:
        value = super().get(path, token=token, **kwargs)
        self.count(len(value) if isinstance(value, str | list | tuple) else 0)
        return value

    def count(self, work: int) -> None:
        """Note some work. Raises FilterProblem past WORK_MAX."""
        self.work += WORK_PER_STEP + work
        if self.work > WORK_MAX:
            raise FilterProblem(_MUCH_WORK)


class _Template(BoundTemplate):
    context_class = _Context


class _Near(Expression):
    """The end of a range, which may not be far from its start: the library would count up to it one by one."""

    __slots__ = ("start", "stop")

    def __init__(self, literal: RangeLiteral) -> None:
        super().__init__(literal.token)
        self.start = literal.start
        self.stop = literal.stop

    def __str__(self) -> str:
        return str(self.stop)

    def evaluate(self, context: RenderContext) -> object:
        start, stop = self.start.evaluate(context), self.stop.evaluate(context)
        length = len(str(stop)) < INTEGER_BITS_MAX and _length(start, stop)
        if length is False or length > RANGE_LENGTH_MAX:
            raise FilterProblem(_LONG_RANGE)
        return stop

    def children(self) -> list[Expression]:
        return [self.stop]


def _length(start: Any, stop: Any) -> int:
    """As the library reads both: what is no whole number is 0."""
    ends = []
    for end in (start, stop):
        try:
            ends.append(int(end))
        except (ValueError, TypeError, OverflowError, ArithmeticError):
            ends.append(0)
    return ends[1] - ends[0]


class BoundedEnvironment(Environment):
    """Parses and renders templates; has no loader, no tag that reads one, and a bound on everything that can grow."""

    template_class = _Template
    block_nesting_limit: ClassVar[int] = BLOCKS_DEEP_MAX
    context_depth_limit: ClassVar[int] = 30
    loop_iteration_limit: ClassVar[int | None] = LOOP_STEPS_MAX
    local_namespace_limit: ClassVar[int | None] = NAMESPACE_BYTES_MAX
    output_stream_limit: ClassVar[int | None] = OUTPUT_BYTES_MAX

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """The library's tags and filters, less what reads files or may hang; arithmetic is our own."""
        super().setup_tags_and_filters(extra=extra)
        for name in ("include", "render", "liquid", "tablerow", "increment", "decrement", "ifchanged", "doc"):
            self.tags.pop(name, None)
        for name in _DROPPED_FILTERS:
            self.filters.pop(name, None)
        self.filters.update({**SUMS, **PEOPLE, **WORDS, "date": date, "replace": _replace, "uniq": _uniq})
        for name, function in self.filters.items():
            self.filters[name] = function if name == "default" else _bounded(name, function)

    def parsed(self, source: str) -> BoundTemplate:
        """The template of `source`, its ranges kept short. Raises LiquidError, RecursionError."""
        template = self.from_string(source)
        for expression in [*expressions_of(template)]:
            if isinstance(expression, RangeLiteral) and not isinstance(expression.stop, _Near):
                expression.stop = _Near(expression)
        return template


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    extra = WORK_PER_PHONE if name == "phone" else 0
    with_environment = getattr(function, "with_environment", False)

    @wraps(function)
    def wrapper(value: Any, *args: Any, context: _Context, **kwargs: Any) -> Any:
        given(value)
        for one in (value, *args, *kwargs.values()):
            context.count(extra + _weight(one))
        if name in ("date", "phone"):
            home = context.globals.get(HOME_KEY)  # where a template makes a field of a sender's, there is none
            kwargs["home"] = home if isinstance(home, Home) else Home()
        if name == "date":
            kwargs["received"] = context.globals.get("received_at")
        if with_environment:
            kwargs["environment"] = context.env
        result = function(value, *args, **kwargs)
        context.count(_weight(result))
        return result

    wrapper.with_context = True  # type: ignore[attr-defined]
    wrapper.with_environment = False  # type: ignore[attr-defined]
    return wrapper


def _weight(value: Any) -> int:
    """How many characters or nodes a value has. Raises FilterProblem when they are too many."""
    fits, weight = True, 1
    if isinstance(value, str):
        weight = len(value)
        fits = weight <= VALUE_CHARACTERS_MAX
    elif isinstance(value, list | tuple | range):
        fits = len(value) <= LIST_LENGTH_MAX
        weight = _nodes(value) if fits else 0
    elif isinstance(value, Mapping):
        weight = _nodes(value)
    elif isinstance(value, int):
        fits = value.bit_length() <= INTEGER_BITS_MAX
    if not fits:
        raise FilterProblem(_TOO_LARGE)
    return weight


def _nodes(value: Any) -> int:
    """The nodes of a list or mapping with the characters of its texts. Raises FilterProblem past NODES_MAX nodes."""
    level, found, characters = [value], 0, 0
    while level:
        node = level.pop()
        characters += len(node) if isinstance(node, str) else 0
        inner = node.values() if isinstance(node, Mapping) else node if isinstance(node, list | tuple) else ()
        found += len(inner)
        if found > NODES_MAX:
            raise FilterProblem(_TOO_LARGE)
        level.extend(inner)
    return found + characters


def _replace(value: Any, old: Any, new: Any = "") -> str:
    text, gone, come = str(value), str(old), str(new)
    grown = text.count(gone) * (len(come) - len(gone)) + len(text)
    if grown > VALUE_CHARACTERS_MAX:
        raise FilterProblem(_TOO_LARGE)
    return text.replace(gone, come)


def _uniq(value: Any, name: Any = None) -> list[Any]:
    """The elements without those that came before; the library compares each with each."""
    items = list(value) if isinstance(value, list | tuple | range) else [value]
    kept: dict[Any, Any] = {}
    for item in items:
        sign = item.get(str(name)) if name is not None and isinstance(item, Mapping) else item
        kept.setdefault(sign if isinstance(sign, str) else (type(sign).__name__, repr(sign)), item)
    return list(kept.values())


ENVIRONMENT: Final = BoundedEnvironment(undefined=FalsyStrictUndefined)
FILTERS: Final[frozenset[str]] = frozenset(ENVIRONMENT.filters)
