"""A contact as people read it: what is in Watbot as far as we know beside what we still want, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from processor.domain.advice import advice_for
from processor.domain.known import Known
from processor.domain.wish import Wish, is_status
from processor.store.causes import Cause
from processor.store.contacts import ContactState
from processor.store.standing import Kept
from processor.telling.story import value_text
from processor.text import Text

FIELDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "name": Text("Имя", "Name"),
        "phone": Text("Телефон", "Phone"),
        "email": Text("Почта", "E-mail"),
        "address": Text("Адрес", "Address"),
        "telegram_username": Text("Имя в Telegram", "Telegram name"),
    }
)
KINDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "field": Text("Данные", "Fields"),
        "tag": Text("Теги", "Tags"),
        "utm": Text("UTM", "UTM"),
        "status": Text("Статус", "Status"),
        "variable": Text("Переменные", "Variables"),
    }
)
_YES, _NO = Text("есть", "there"), Text("нет", "not there")


@dataclass(frozen=True, slots=True)
class Line:
    """One element. `known` None: nothing is known of it; `cause` tells what wished that which was delivered last.

    `wanted_version` and `refused_version` are those of the rules that wished these.
    """

    element: str
    known: Any = None
    wanted: Wish | None = None
    refused: Wish | None = None
    cause: Cause | None = None
    wanted_version: str = ""
    refused_version: str = ""

    @property
    def kind(self) -> str:
        """One of KINDS."""
        return self.element.partition(":")[0]

    @property
    def title(self) -> Text:
        """What the element is called."""
        kind, _, own = self.element.partition(":")
        if kind == "field":
            return FIELDS.get(own, Text(own, own))
        if kind == "utm":
            return Text("Первые", "First") if own == "first" else Text("Последние", "Last")
        return Text("Статус Ysell", "Ysell status") if kind == "status" else Text(own, own)

    def shown(self, value: Any) -> Text:
        """A value of this element in words."""
        if self.kind == "tag" and isinstance(value, bool):
            return _YES if value else _NO
        if isinstance(value, Mapping):
            parts = ", ".join(f"{name}: {part}" for name, part in value.items())
            return Text(parts, parts)
        return _NO if value is None else Text(value_text(value), value_text(value))


def sheet(state: ContactState, causes: Mapping[str, Cause], versions: Mapping[str, str]) -> list[Line]:
    """Every element of which anything is known, in the order of KINDS. `versions` are by event. Pure."""
    known = dict(_known(state.known))
    elements = {*known, *state.wanted, *state.refused, *(e for e in causes if _matters(e, causes[e]))}
    return [
        Line(
            element,
            known=known.get(element),
            wanted=(wanted := state.wanted.get(element)),
            refused=(refused := state.refused.get(element)),
            cause=causes.get("status" if is_status(element) else element),
            wanted_version=versions.get(wanted.event, "") if wanted else "",
            refused_version=versions.get(refused.event, "") if refused else "",
        )
        for element in sorted(elements, key=_place)
    ]


def standing_text(kept: Kept) -> Text:
    """Where the contact stands, in a few words."""
    match kept.standing.where:
        case "parked":
            return Text("отложен целиком", "parked whole")
        case "lease":
            return Text("в работе", "in flight")
        case "ready":
            place = kept.standing.before + 1
            return Text(f"в очереди, место {place}", f"in line, place {place}")
        case "due":
            return Text("ждёт своего часа", "waits for its hour")
    if kept.state.refused:
        count = len(kept.state.refused)
        return Text(f"Watbot не принял значений: {count}", f"values that Watbot refused: {count}")
    return Text("всё доставлено", "all delivered") if kept.there else Text("уже не хранится", "not kept any more")


def name_of_contact(state: ContactState) -> str:
    """What we call the contact: the newest name that is wanted or known; "" for none."""
    wanted = state.wanted.get("field:name")
    return str(wanted.value) if wanted else state.known.fields.get("name", "")


def refusal_text(reason: str) -> Text:
    """Why Watbot did not take a value."""
    return advice_for(reason).why


def _known(known: Known) -> Iterator[tuple[str, Any]]:
    yield from ((f"field:{name}", value) for name, value in known.fields.items() if value)
    yield from ((f"tag:{name}", True) for name in dict.fromkeys([*(known.tags or ()), *known.attached]))
    if known.utm:
        yield "utm:last", known.utm
    if known.utm_first:
        yield "utm:first", known.utm_first
    if known.status is not None:
        yield "status", known.status
    yield from ((f"variable:{name}", value) for name, value in known.variables.items())


def _matters(element: str, cause: Cause) -> bool:
    """A tag that was taken off, or sent while Watbot does not show tags, is worth a line of its own."""
    return element.startswith("tag:") or (is_status(element) and cause.value is not None)


def _place(element: str) -> tuple[int, int, str]:
    kind, _, own = element.partition(":")
    fields = list(FIELDS)
    return list(KINDS).index(kind), fields.index(own) if own in fields else len(fields), own
