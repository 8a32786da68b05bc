"""What is said of each slip of a line: the message, and what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from processor.text import Text

_QUOTES: Final = Text("весь текст в кавычках", "the whole text in quotes")

SLIP_TEXTS: Final[Mapping[str, tuple[Text, Text]]] = MappingProxyType(
    {
        "yaml.tab": (
            Text("в отступе табуляция (клавиша Tab)", "a tab in the indentation (the Tab key)"),
            Text("обычные пробелы", "plain spaces"),
        ),
        "yaml.space": (
            Text("здесь не обычный пробел", "this is not a plain space"),
            Text("обычный пробел", "a plain space"),
        ),
        "yaml.space:": (
            Text("здесь не обычное двоеточие", "this is not a plain colon"),
            Text("двоеточие и пробел", "a colon and a space"),
        ),
        "yaml.escape": (
            Text(
                "знак после «\\» в двойных кавычках не годится", "the sign after a backslash in double quotes is wrong"
            ),
            Text("«\\\\» или одинарные кавычки", "a doubled backslash, or single quotes"),
        ),
        "yaml.colon{": (
            Text("поле стоит в одной строке с тем, в котором оно лежит", "a field stands on one line with its own"),
            Text("новая строка с отступом или скобки {…}", "a new line, indented, or braces {…}"),
        ),
        "yaml.dash": (
            Text(
                "пункт списка начат не с дефиса и пробела", "an item of a list does not begin with a hyphen and a space"
            ),
            Text("«- » — дефис и пробел", 'a hyphen and a space, "- "'),
        ),
        "yaml.glued": (
            Text("после двоеточия нет пробела", "a space is missing after the colon"),
            Text("«имя: значение»", '"name: value"'),
        ),
        "yaml.no_colon": (
            Text("после имени поля нет двоеточия", "a colon is missing after the name of a field"),
            Text("«имя: значение»", '"name: value"'),
        ),
        "yaml.colon": (
            Text("в тексте без кавычек двоеточие с пробелом", "text without quotes holds a colon and a space"),
            _QUOTES,
        ),
        "yaml.sign": (
            Text("текст начинается с особого знака", "the text begins with a special sign"),
            _QUOTES,
        ),
        "yaml.alias": (
            Text("текст начинается со звёздочки", "the text begins with an asterisk"),
            _QUOTES,
        ),
        "yaml.quote": (
            Text("кавычка не закрыта или закрыта раньше времени", "a quote is not closed, or is closed too early"),
            Text("кавычки вокруг всего текста", "quotes around the whole text"),
        ),
        "yaml.bracket[": (
            Text("скобка «[» не закрыта", 'a "[" is not closed'),
            Text("закрывающая скобка «]»", 'the closing "]"'),
        ),
        "yaml.bracket{": (
            Text("скобка «{» не закрыта", 'a "{" is not closed'),
            Text("закрывающая скобка «}»", 'the closing "}"'),
        ),
        "yaml.documents": (
            Text("строка «---» начинает второй документ", 'a line "---" begins a second document'),
            Text("один документ, без таких строк посередине", "one document, without such lines inside"),
        ),
        "yaml.indent": (
            Text("отступ строки неверен", "wrong indentation of the line"),
            Text(
                "тот же отступ, что у соседних полей этого уровня",
                "the same indentation as the fields beside it",
            ),
        ),
        "template.unquoted": (
            Text("шаблон без кавычек", "a template without quotes"),
            Text('"{{ … }}"', '"{{ … }}"'),
        ),
    }
)
