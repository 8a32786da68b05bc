"""Every contact, tag and variable of the sandbox, in memory; no clock, no files, no network."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from processor.sandbox.contact import (
    Contact,
    Identity,
    TagsReading,
    Upsert,
    UtmReading,
    Variable,
    changed,
    identity_of,
)
from processor.sandbox.names import Named, NameRegister


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """The whole state as it is kept in a file."""

    version: int = 1
    contacts: tuple[Contact, ...] = ()
    tags: tuple[Named, ...] = ()
    variables: tuple[Named, ...] = ()
    last_variable_id: int = 0


class ContactBook:
    """The contacts; `changes` grows with every change, so that a saver knows whether there is something to save."""

    def __init__(self, tags: TagsReading = "add", utm: UtmReading = "store", saved: Saved | None = None) -> None:
        self._tags_reading, self._utm_reading = tags, utm
        self.changes = 0
        self._fill(saved or Saved())

    def clear(self) -> None:
        """Forget everything, numbers included."""
        self._fill(Saved())
        self.changes += 1

    def saved(self) -> Saved:
        """The state now; later changes do not touch it."""
        return Saved(
            contacts=tuple(self._by_id.values()),
            tags=self._tag_names.all(),
            variables=self._variable_names.all(),
            last_variable_id=self._last_variable_id,
        )

    def all(self) -> Iterable[Contact]:
        """Every contact, by growing id."""
        return self._by_id.values()

    def has(self, contact_id: int) -> bool:
        """Whether there is such a contact."""
        return contact_id in self._by_id

    def one(self, contact_id: int) -> Contact:
        """The contact. Raises KeyError when there is none."""
        return self._by_id[contact_id]

    def upsert(self, asked: Upsert, now_s: int) -> Contact:
        """Create or change the contact that `asked` identifies; `now_s` is Unix time."""
        contact_id = self._by_identity.get(identity_of(asked))
        held = self._by_id[contact_id] if contact_id else self._blank(asked, now_s)
        contact = changed(held, asked, self._tags_reading, self._utm_reading)
        for tag in contact.tags:
            self._tag_names.number(contact.bot_id, tag)
        self._by_identity[identity_of(contact)] = contact.id
        return self._put(contact)

    def set_status(self, contact_id: int, status: str) -> Contact:
        """Set the status and remember it among all statuses."""
        held = self.one(contact_id)
        return self._put(msgspec.structs.replace(held, status=status, statuses=(*held.statuses, status)))

    def attach(self, contact_id: int, tag: str) -> Contact:
        """Add one tag; a missing tag is created."""
        held = self.one(contact_id)
        self._tag_names.number(held.bot_id, tag)
        return self._put(msgspec.structs.replace(held, tags=tuple(dict.fromkeys((*held.tags, tag)))))

    def detach(self, contact_id: int, tag: str) -> Contact:
        """Take one tag away; a tag that is not there is no fault."""
        held = self.one(contact_id)
        return self._put(msgspec.structs.replace(held, tags=tuple(t for t in held.tags if t != tag)))

    def set_variable(self, contact_id: int, name: str, value: str, deletable: bool | None) -> Variable:
        """Set one variable; a missing one is created, `deletable` None leaves what is there."""
        held = self.one(contact_id)
        old = next((v for v in held.variables if v.name == name), None) or self._blank_variable(held.bot_id, name)
        kept = old.deletable if deletable is None else deletable
        new = msgspec.structs.replace(old, value=value, deletable=kept)
        others = {v.id: v for v in held.variables} | {new.id: new}
        self._put(msgspec.structs.replace(held, variables=tuple(others.values())))
        return new

    def delete_variable(self, contact_id: int, name: str | None, variable_id: int | None) -> Contact:
        """Take a variable away by its name, else by its number; one that is not there is no fault."""
        held = self.one(contact_id)
        kept = (v for v in held.variables if not (v.name == name if name is not None else v.id == variable_id))
        return self._put(msgspec.structs.replace(held, variables=tuple(kept)))

    def bot_tags(self, bot_id: int) -> list[str]:
        """Every tag that the bot ever had, in the order of creation."""
        return self._tag_names.of_bot(bot_id)

    def tag_name(self, bot_id: int, tag_id: int) -> str | None:
        """The name of the bot's tag with this number, or None."""
        return self._tag_names.name(bot_id, tag_id)

    def _fill(self, saved: Saved) -> None:
        self._by_id = {contact.id: contact for contact in sorted(saved.contacts, key=lambda contact: contact.id)}
        self._by_identity: dict[Identity, int] = {identity_of(c): c.id for c in self._by_id.values()}
        self._last_id = max(self._by_id, default=0)
        self._tag_names = NameRegister(saved.tags)
        self._variable_names = NameRegister(saved.variables)
        self._last_variable_id = saved.last_variable_id

    def _put(self, contact: Contact) -> Contact:
        self._by_id[contact.id] = contact
        self.changes += 1
        return contact

    def _blank(self, asked: Upsert, now_s: int) -> Contact:
        self._last_id += 1
        return Contact(
            id=self._last_id, bot_id=asked.bot_id, messenger=asked.messenger, name=asked.name, created_s=now_s
        )

    def _blank_variable(self, bot_id: int, name: str) -> Variable:
        self._last_variable_id += 1
        name_id = self._variable_names.number(bot_id, name)
        return Variable(id=self._last_variable_id, name_id=name_id, name=name, value="")
