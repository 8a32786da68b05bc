"""The contacts in a file: written beside it, synced and renamed over it, so that it is always whole."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from processor.sandbox.contact import IDENTIFIED_BY, Contact, identity_of
from processor.sandbox.contacts import Saved

VERSION = 1


class DamagedError(Exception):
    """The file does not hold a state; the message says why."""


def load(path: Path) -> Saved | None:
    """The saved state, or None when there is no file. Raises DamagedError, or OSError when it cannot be read at all."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        saved = msgspec.json.decode(raw, type=Saved)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DamagedError(str(error)) from error
    complaint = _complaint(saved)
    if complaint:
        raise DamagedError(complaint)
    return saved


def set_aside(path: Path, now_s: int) -> Path:
    """Rename a damaged file so that it is kept and not in the way; returns its new name. Raises OSError."""
    aside = path.with_name(f"{path.name}.damaged-{now_s}")
    path.rename(aside)
    return aside


def save(path: Path, saved: Saved) -> None:
    """Write the state; a crash leaves either the old file or the new one, never half of one. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.tmp")
    with fresh.open("wb") as file:
        file.write(msgspec.json.encode(saved))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _complaint(saved: Saved) -> str | None:
    if saved.version != VERSION:
        return f"version {saved.version} is not {VERSION}"
    strange = next((contact.id for contact in saved.contacts if not _identified(contact)), None)
    if strange is not None:
        return f"contact {strange} has no id of its messenger"
    identities = {identity_of(contact) for contact in saved.contacts}
    ids = {contact.id for contact in saved.contacts}
    if not len(saved.contacts) == len(identities) == len(ids):
        return "a contact is there twice"
    return None


def _identified(contact: Contact) -> bool:
    field = IDENTIFIED_BY.get(contact.messenger)
    return field is not None and getattr(contact, field) is not None
