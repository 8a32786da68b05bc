"""Watbot as a few lines of pure state: one contact, under each reading of what is not documented."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from processor.domain.call import AttachTag, Call, DeleteVariable, DetachTag, SetStatus, SetVariable, Upsert
from workers.watbot.contact import Contact
from workers.watbot.errors import WatbotContactUnknown, WatbotNothingThere

FIELDS = ("email", "phone", "address", "telegram_username")


@dataclass(frozen=True, slots=True)
class Reading:
    """How Watbot reads a list of tags and a `utm` object (`own`: kept as `spell` makes it); what the echo shows."""

    tags: Literal["add", "replace"] = "add"
    utm: Literal["merge", "replace", "own", "ignore"] = "merge"
    shows_tags: bool = True
    shows_variables: bool = False
    spell: Callable[[str], str] = str.lower


@dataclass(slots=True)
class Person:
    """A contact as it stands in Watbot."""

    id: int
    created_ms: int
    fields: dict[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    utm: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    statuses: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PureWatbot:
    """`person` None: there is no such contact (yet, or any more)."""

    reading: Reading
    person: Person | None = None
    last_id: int = 6

    def add(self, now_ms: int) -> Person:
        """Somebody who is there without us."""
        self.last_id += 1
        self.person = Person(id=self.last_id, created_ms=now_ms)
        return self.person

    def make(self, call: Call, now_ms: int) -> Contact | None:
        """The effect of `call` and its answer. Raises WatbotContactUnknown, WatbotNothingThere."""
        if isinstance(call, Upsert):
            return self._upsert(call, now_ms)
        person = self.person
        if person is None or person.id != call.watbot_id:
            raise WatbotContactUnknown(422)
        match call:
            case SetStatus():
                person.statuses.append(call.status)
            case SetVariable():
                person.variables[call.name] = call.value
            case AttachTag():
                person.tags = tuple(dict.fromkeys((*person.tags, call.name)))
            case DeleteVariable():
                if person.variables.pop(call.name, None) is None:
                    raise WatbotNothingThere(422)
            case DetachTag():
                if call.name not in person.tags:
                    raise WatbotNothingThere(404)
                person.tags = tuple(tag for tag in person.tags if tag != call.name)
        return None

    def _upsert(self, call: Upsert, now_ms: int) -> Contact:
        person = self.person or self.add(now_ms)
        person.fields["name"] = call.name
        person.fields |= {name: value for name in FIELDS if (value := getattr(call, name)) is not None}
        if call.tags is not None:
            held = person.tags if self.reading.tags == "add" else ()
            person.tags = tuple(dict.fromkeys((*held, *call.tags)))
        if call.utm:
            person.utm = self._utm(person.utm, call.utm)
        return Contact(
            id=person.id,
            **person.fields,  # type: ignore[arg-type]
            utm=dict(person.utm) or None,
            tags=person.tags if self.reading.shows_tags else None,
            variables=dict(person.variables) if self.reading.shows_variables else {},
            created_at=datetime.fromtimestamp(person.created_ms // 1000, UTC),
        )

    def _utm(self, held: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
        match self.reading.utm:
            case "ignore":
                return dict(held)
            case "replace":
                return dict(given)
            case "own":
                return {**held, **{part: self.reading.spell(text.strip()) for part, text in given.items()}}
            case _:
                return {**held, **given}
