"""Why a text is no YAML, said in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from processor.rules.lines import place_of
from processor.text import Text

# Besides its own errors the parser lets a few of Python's escape over broken text (a code point too large, a bad tag).
CAUGHT: Final = (
    YAMLError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """A fault of the text itself; line and column count from 1."""

    code: str
    text: Text
    line: int
    column: int
    expected: Text | None = None


_SPACES = Text("пробелы вместо табуляции", "spaces instead of tabs")
_QUOTES = Text("текст в кавычках, если в нём есть такие знаки", "text with such signs in quotes")
_INDENT = Text("одинаковый отступ у полей одного уровня, «имя: значение»", 'equal indents on one level, "name: value"')

# (part of the parser's context, part of its problem) -> code, message, what was expected; the first that fits counts.
_KNOWN: tuple[tuple[str, str, str, Text, Text | None], ...] = (
    ("", r"character '\t'", "yaml.tab", Text("в отступе табуляция", "a tab in the indentation"), _SPACES),
    (
        "quoted scalar",
        "unexpected end of stream",
        "yaml.quote",
        Text("кавычка не закрыта", "a quote is not closed"),
        Text("закрывающая кавычка", "the closing quote"),
    ),
    (
        "quoted scalar",
        "document separator",
        "yaml.quote",
        Text("кавычка не закрыта", "a quote is not closed"),
        Text("закрывающая кавычка", "the closing quote"),
    ),
    (
        "double-quoted scalar",
        "",
        "yaml.escape",
        Text("знак после «\\» в двойных кавычках не годится", "the sign after a backslash in double quotes is wrong"),
        Text("«\\\\» или одинарные кавычки", "a doubled backslash, or single quotes"),
    ),
    (
        "flow mapping",
        "",
        "yaml.bracket",
        Text("скобка «{» не закрыта или в ней нет запятой", 'a "{" is not closed, or a comma is missing in it'),
        Text("«,» или «}»; текст со скобками берут в кавычки", 'a "," or a "}"; text with braces goes in quotes'),
    ),
    (
        "flow sequence",
        "",
        "yaml.bracket",
        Text("скобка «[» не закрыта или в ней нет запятой", 'a "[" is not closed, or a comma is missing in it'),
        Text("«,» или «]»; текст со скобками берут в кавычки", 'a "," or a "]"; text with brackets goes in quotes'),
    ),
    (
        "flow node",
        "",
        "yaml.bracket",
        Text("скобка не закрыта", "a bracket is not closed"),
        Text("закрывающая скобка", "the closing bracket"),
    ),
    (
        "",
        "mapping values are not allowed",
        "yaml.colon",
        Text(
            "двоеточию здесь не место: отступ неверен или текст без кавычек",
            "a colon is out of place here: wrong indentation, or text without quotes",
        ),
        _INDENT,
    ),
    (
        "simple key",
        "could not find expected",
        "yaml.no_colon",
        Text("после имени поля нет двоеточия", "a colon is missing after a key"),
        Text("«имя: значение»", '"name: value"'),
    ),
    (
        "",
        "undefined alias",
        "yaml.alias",
        Text("*имя ни на что не указывает", "this *name stands for nothing"),
        Text("&имя выше; текст со звёздочкой берут в кавычки", "an &name above; text with an asterisk in quotes"),
    ),
    (
        "",
        "another document",
        "yaml.documents",
        Text("в файле несколько документов", "the file holds several documents"),
        Text("один документ, без строк «---» посередине", 'one document, with no "---" lines inside'),
    ),
    (
        "",
        "maximum depth",
        "yaml.too_much",
        Text("вложенность слишком велика", "the file is nested too deeply"),
        None,
    ),
    (
        "",
        "cannot start any token",
        "yaml.sign",
        Text("значение начинается со знака, особого для YAML", "a value begins with a sign that is special in YAML"),
        _QUOTES,
    ),
    (
        "block",
        "",
        "yaml.indent",
        Text(
            "отступ неверен или перед этим местом что-то лишнее", "wrong indentation, or something too much before this"
        ),
        _INDENT,
    ),
    (
        "",
        "not allowed here",
        "yaml.indent",
        Text("отступ неверен", "wrong indentation"),
        _INDENT,
    ),
)


def translate(error: Exception, text: str) -> SyntaxFault:
    """The parser's error over `text` as a fault with its place; never quotes the text, which may hold secrets."""
    if isinstance(error, ReaderError):
        line, column = place_of(text, error.position if isinstance(error.position, int) else 0)
        message = Text("недопустимый невидимый знак", "a control character that may not stand here")
        return SyntaxFault("yaml.character", message, line, column)
    if not isinstance(error, MarkedYAMLError):
        deep = isinstance(error, RecursionError)
        message = Text("вложенность слишком велика", "the file is nested too deeply") if deep else _UNKNOWN
        return SyntaxFault("yaml.too_much" if deep else "yaml.unreadable", message, 1, 1)
    mark = error.problem_mark or error.context_mark
    # An unclosed quote or bracket is mended where it opens, not at the end of the file where it is noticed.
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    context, problem = str(error.context or ""), str(error.problem or "")
    for in_context, in_problem, code, message, expected in _KNOWN:
        if in_context in context and in_problem in problem:
            opening = error.context_mark
            if code in ("yaml.quote", "yaml.bracket") and opening is not None:
                line, column = opening.line + 1, opening.column + 1
            return SyntaxFault(code, message, line, column, expected)
    return SyntaxFault("yaml.unreadable", _UNKNOWN, line, column)


_UNKNOWN = Text(
    "это место не читается: нарушены отступы, кавычки или скобки",
    "this cannot be read: the indentation, quotes or brackets are broken",
)
