"""The elements of two wanted states under names that both share, and what a person calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from processor.domain.rule import Rule
from processor.domain.template import Template
from processor.domain.wish import Wanted, Wish
from processor.rehearse.result import Kind

_ROW: Final = "status:"
_OPENING: Final = re.compile(r"\{\{|\{%")
_CLOSING: Final = re.compile(r"\}\}|%\}")


class Label(NamedTuple):
    """What a contact has: of which kind, and its name or the template that its rule makes the name from."""

    kind: Kind
    text: str


def keyed(wanted: Wanted) -> dict[str, Wish]:
    """The wishes by names that do not depend on where a rule stands in its file.

    Each status of a row is named after its rule's position, which is another one in another file: here it is the first,
    second... of its stamp.
    """
    rows: dict[str, int] = {}
    found: dict[str, Wish] = {}
    for element in sorted(element for element in wanted if element.startswith(_ROW)):
        stamp = element.split(":")[1]
        rows[stamp] = rows.get(stamp, 0) + 1
        found[f"{_ROW}{stamp}:{rows[stamp]}"] = wanted[element]
    return {element: wish for element, wish in wanted.items() if not element.startswith(_ROW)} | found


def label_of(wish: Wish, rules: Mapping[str, Rule]) -> Label:
    """What `wish` gives a contact; `rules` by name are those of the file that wished it."""
    kind, _, name = wish.element.partition(":")
    then = rules[wish.rule].then if wish.rule in rules else None
    match kind:
        case "tag" if wish.value:
            return Label("tag", _made_from(name, then.tags if then else ()))
        case "tag":
            return Label("tag_off", _made_from(name, then.remove_tags if then else ()))
        case "status":
            return Label("status", then.status.source.strip() if then and then.status else str(wish.value))
        case "variable":
            return Label("variable", name)
        case "utm":
            return Label("utm", name)
        case _:
            return Label("field", name)


def _made_from(text: str, templates: Iterable[Template]) -> str:
    """The template that gives `text`, as far as its fixed beginning and end tell; `text` itself where it is plain."""
    fitting: list[tuple[int, str]] = []
    for template in templates:
        if template.parsed is None:
            if template.source.strip() == text:
                return text
            continue
        source = template.source.strip()
        head, tail = _OPENING.split(source, maxsplit=1)[0], _CLOSING.split(source)[-1]
        if text.startswith(head) and text.endswith(tail):
            fitting.append((len(head) + len(tail), source))
    return max(fitting)[1] if fitting else text
