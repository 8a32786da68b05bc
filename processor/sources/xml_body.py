"""Read XML as Rails writes it (`<order-lines type="array"><order-line>…`); nothing in it is fetched or expanded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from processor.errors import Unreadable
from processor.sources.keep import encodable
from processor.text import Text

DEPTH_MAX: Final = 64
ELEMENTS_MAX: Final = 20_000


def read_xml(octets: bytes) -> dict[str, Any]:
    """What stands within the root, by names with underscores; texts, dicts, lists and None. Raises Unreadable.

    An element of type "array" is a list, one with `nil="true"` is None, one that is repeated becomes a list. A
    document type is refused: it could define entities.
    """
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reading.begin
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.say
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(octets, True)
    except (expat.ExpatError, LookupError, ValueError):
        raise Unreadable(
            Text(
                f"Это не XML: строка {parser.ErrorLineNumber}, знак {parser.ErrorColumnNumber + 1}.",
                f"This is not XML: line {parser.ErrorLineNumber}, character {parser.ErrorColumnNumber + 1}.",
            )
        ) from None
    return reading.root


@dataclass(slots=True)
class _Element:
    attributes: dict[str, str]
    children: list[tuple[str, Any]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def value(self) -> Any:
        if self.attributes.get("nil") == "true":
            return None
        if self.attributes.get("type") == "array":
            return [child for _, child in self.children]
        return _gathered(self.children) if self.children else encodable("".join(self.texts)).strip()


class _Reading:
    """The elements that are open, the outermost first, and what came of the root."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[_Element] = []
        self._left = ELEMENTS_MAX

    def begin(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002  # named when it ends
        self._left -= 1
        if self._left < 0 or len(self._open) >= DEPTH_MAX:
            raise Unreadable(
                Text(
                    f"XML велик: больше {ELEMENTS_MAX} элементов или глубже {DEPTH_MAX} уровней.",
                    f"The XML is large: more than {ELEMENTS_MAX} elements or deeper than {DEPTH_MAX} levels.",
                )
            )
        self._open.append(_Element(attributes))

    def end(self, name: str) -> None:
        element = self._open.pop()
        value = element.value()
        if self._open:
            self._open[-1].children.append((name.replace("-", "_"), value))
        elif isinstance(value, dict):
            self.root = value

    def say(self, text: str) -> None:
        self._open[-1].texts.append(text)


def _gathered(children: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    several: set[str] = set()
    for name, value in children:
        if name not in found:
            found[name] = value
        elif name in several:
            found[name].append(value)
        else:
            found[name] = [found[name], value]
            several.add(name)
    return found


def _refuse_doctype(*_: object) -> None:
    raise Unreadable(
        Text(
            "В XML есть DOCTYPE: такие документы мы не читаем. Выберите у отправителя формат JSON.",
            "The XML has a DOCTYPE; such documents are not read. Choose the JSON format at the sender.",
        )
    )
