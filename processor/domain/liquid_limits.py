"""Liquid without files, bounded in time and memory: a template is written by people, its values come from strangers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ClassVar

from liquid import BoundTemplate, Environment, RenderContext
from liquid.exceptions import FilterValueError, UndefinedError
from liquid.undefined import FalsyStrictUndefined, is_undefined

from processor.domain.sums import SUMS

OUTPUT_CHARACTERS_MAX = 4_096
OUTPUT_BYTES_MAX = 4 * OUTPUT_CHARACTERS_MAX
VALUE_CHARACTERS_MAX = 16_384
LIST_LENGTH_MAX = 1_000
LOOP_STEPS_MAX = 500
NAMESPACE_BYTES_MAX = 65_536
BLOCKS_DEEP_MAX = 10
INTEGER_BITS_MAX = 256

TAGS = ("if", "unless", "case", "for", "break", "continue", "assign", "capture", "comment", "cycle", "echo", "#")
_DROPPED_FILTERS = (
    "strip_html",  # its patterns take quadratic time
    "safe",
    "escapejs",
    "find_index",
)


class _Context(RenderContext):
    """A mapping has the names that its sender gave it and no others.

    The library would read `contact.first` as its first pair and `contact.size` as the number of its fields, where the
    sender left a field of that name out.
    """

    def get_item(self, obj: Any, key: Any) -> Any:
        return obj[key] if isinstance(obj, Mapping) else super().get_item(obj, key)


class _Template(BoundTemplate):
    context_class = _Context


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
        self.filters.update(SUMS)
        self.filters["replace"] = _replace
        for name, function in self.filters.items():
            self.filters[name] = function if name == "default" else _bounded(function)


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def wrapper(value: Any, *args: Any, **kwargs: Any) -> Any:
        if is_undefined(value):
            raise UndefinedError(value.msg, token=None)
        for given in (value, *args):
            _check_size(given)
        result = function(value, *args, **kwargs)
        _check_size(result)
        return result

    return wrapper


def _check_size(value: Any) -> None:
    if isinstance(value, str):
        fits = len(value) <= VALUE_CHARACTERS_MAX
    elif isinstance(value, list | tuple | range):
        fits = len(value) <= LIST_LENGTH_MAX
    elif isinstance(value, int):
        fits = value.bit_length() <= INTEGER_BITS_MAX
    else:
        fits = True
    if not fits:
        raise FilterValueError("a value is too large", token=None)


def _replace(value: Any, old: Any, new: Any = "") -> str:
    text, gone, come = str(value), str(old), str(new)
    grown = text.count(gone) * (len(come) - len(gone)) + len(text)
    if grown > VALUE_CHARACTERS_MAX:
        raise FilterValueError("a value is too large", token=None)
    return text.replace(gone, come)


ENVIRONMENT = BoundedEnvironment(undefined=FalsyStrictUndefined)
FILTERS: frozenset[str] = frozenset(ENVIRONMENT.filters)
