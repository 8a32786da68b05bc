"""New pieces of a rules file as YAML that reads as people would write it; what needs quotes gets them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from processor.errors import EditRefused
from processor.text import Text

Value: TypeAlias = "str | bool | int | float | Plain | Sequence[Value] | Mapping[str, Value] | None"


@dataclass(frozen=True, slots=True)
class Plain:
    """A scalar that stands without quotes, as somebody wrote it: 5000 may then be the number, and 007 stays 007."""

    text: str


# A collection that fits stands in brackets on its line.
WIDTH: Final = 90
INDENT: Final = 2

_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|0[xob][0-9a-fA-F_]+|[-+]?\.(?:inf|nan)", re.I)
# Words that some reader of YAML takes for no text; dates and times of day, too, are read as such by some.
_WORDS: Final = frozenset({"", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<"})
_TIME = re.compile(r"\d{4}-\d\d?-\d\d?.*|[-+]?\d+(?::\d+)+(?:\.\d*)?")
# Text that every reader takes as it stands, also inside brackets.
_BEGINS = re.compile(r"[^\W_]|[_/(.+«]", re.UNICODE)
_FORBIDDEN = re.compile(
    r":(?:\s|$)|\s#|[\[\]{},\x00-\x1f\x7f-\xa0\u2028\u2029\ue000\ue001\ufeff]|\s\Z|\A\s|\A---|\A\.\.\."
)
_ESCAPED = re.compile(r"[\x00-\x1f\x7f-\xa0\u2028\u2029\ue000\ue001\ufeff\ud800-\udfff\ufffe\uffff]|[\"\\]")
_SHORT: Final = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def scalar(value: str | bool | int | float | Plain | None, quote: str = "") -> str:
    """One value on one line; `quote`: what the value before it stood in, kept where it does. Raises EditRefused."""
    if isinstance(value, Plain):
        return value.text
    if not isinstance(value, str):
        return number(value)
    if quote == "'" and not _ESCAPED.search(value.replace('"', "").replace("\\", "")):
        return "'" + value.replace("'", "''") + "'"
    if quote != '"' and _plain(value):
        return value
    if '"' in value and not _ESCAPED.search(value.replace('"', "")):
        return "'" + value.replace("'", "''") + "'"
    return '"' + _ESCAPED.sub(lambda found: _escape(found[0]), value) + '"'


def number(value: bool | int | float | None) -> str:
    """null, true, false or a number. Raises EditRefused for what is no number."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        raise EditRefused(Text("это не число", "this is no number"))
    return str(value)


def is_typed(text: str) -> bool:
    """Whether the unquoted text may be more than text to us: nothing, true or false, a number."""
    return text.lower() in ("", "~", "null", "true", "false") or bool(_NUMBER.fullmatch(text))


def may_be_plain(text: str) -> bool:
    """Whether the text may stand without quotes for us, whatever other readers of YAML take it for."""
    begins = bool(_BEGINS.match(text)) or bool(_NUMBER.fullmatch(text))
    return begins and not _FORBIDDEN.search(text) and text.lower() not in ("", "~", "null")


def _looks_typed(text: str) -> bool:
    """Whether some reader of YAML takes the unquoted text for something else than text."""
    return text.lower() in _WORDS or bool(_NUMBER.fullmatch(text)) or bool(_TIME.fullmatch(text))


def flow(value: Value, quote: str = "") -> str:
    """A value on one line, collections in brackets. Raises EditRefused."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    return scalar(value, quote)


def entry(key: str, value: Value, indent: int, newline: str) -> str:
    """`key: value` whose key stands in column `indent`; further lines are indented, none ends the last one."""
    return f"{scalar(key)}:{behind(value, indent, newline)}"


def behind(value: Value, indent: int, newline: str) -> str:
    """What stands behind the colon of a key in column `indent`."""
    if isinstance(value, str) and "\n" in value:
        written = literal(value, indent + INDENT, newline)
        if written:
            return " " + written
    at_top = indent == 0 and is_collection(value)  # sources and rules: a line for each
    if not at_top and is_simple(value) and len(flow(value)) + indent <= WIDTH:
        return " " + flow(value)
    if not is_collection(value) or not value:
        return " " + flow(value)
    inner = indent + INDENT
    return newline + " " * inner + block(value, inner, newline)


def block(value: Value, indent: int, newline: str) -> str:
    """A filled collection line by line, the first line without its indentation; anything else on one line."""
    between = newline + " " * indent
    if isinstance(value, Mapping) and value:
        return between.join(entry(key, each, indent, newline) for key, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return between.join(f"- {_item(each, indent, newline)}" for each in value)
    return flow(value)


def item(value: Value, indent: int, newline: str, pad: int = 1) -> str:
    """`- value` whose dash stands in column `indent`, with `pad` spaces behind it."""
    inner = indent + 1 + pad
    return (
        "-"
        + " " * pad
        + (block(value, inner, newline) if isinstance(value, Mapping) else _item(value, indent, newline))
    )


def literal(text: str, indent: int, newline: str) -> str:
    """A text of several lines behind `|`; nothing where that would not give the same text back."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    fits = lines[0][:1] not in ("", " ") and not body.endswith("\n")
    if not fits or any(_ESCAPED.search(re.sub(r'["\\]', "", line)) or line != line.rstrip() for line in lines):
        return ""
    sign = "|" if text.endswith("\n") else "|-"
    return newline.join([sign, *(" " * indent + line if line else "" for line in lines)])


def is_collection(value: Value) -> bool:
    """Whether it holds others."""
    return isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str))


def is_simple(value: Value, depth: int = 1) -> bool:
    """Whether it reads well in brackets: a collection of single values and lists of them."""
    if isinstance(value, Mapping):
        return depth >= 0 and all(is_simple(each, depth - 1) for each in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return depth >= 0 and all(not is_collection(each) for each in value)
    return not (isinstance(value, str) and "\n" in value)


def _item(value: Value, indent: int, newline: str) -> str:
    if is_simple(value, 0) and len(flow(value)) + indent <= WIDTH:
        return flow(value)
    return block(value, indent + INDENT, newline)


def _plain(text: str) -> bool:
    return bool(_BEGINS.match(text)) and not _FORBIDDEN.search(text) and not _looks_typed(text)


def _escape(sign: str) -> str:
    return _SHORT.get(sign) or f"\\u{ord(sign):04x}"
