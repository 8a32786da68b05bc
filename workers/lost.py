"""What Watbot forgot with a contact, and what of it must be written again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from processor.domain.call import AttachTag, Call, DeleteVariable, DetachTag, SetStatus, SetVariable, Upsert
from processor.domain.known import DOUBTFUL_MS, Known
from workers.watbot.contact import Contact

_FIELDS = ("email", "phone", "address", "telegram_username")


def forgotten(known: Known, delivered: Mapping[str, str]) -> Known:
    """What is left to know once Watbot does not know the id: the name, and in `lost` what we had delivered.

    `delivered` has our elements with their stamps: what the bot or people set is theirs to set again.
    """
    return msgspec.structs.replace(
        known,
        watbot_id=None,
        tags=None,
        attached=(),
        utm=None,
        variables={},
        variables_ms={},
        status=None,
        lost=dict(_delivered(known, delivered)) | known.lost,
        owed=known.owed if known.watbot_id is None else tuple(known.lost),
    )


def _delivered(known: Known, delivered: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    utm = any(element.startswith("utm:") for element in delivered)
    for name in _FIELDS:
        if name in known.fields and f"field:{name}" in delivered:
            yield f"field:{name}", known.fields[name]
    for tag in known.attached if known.tags is None else known.tags:
        if f"tag:{tag}" in delivered:
            yield f"tag:{tag}", True
    for name, value in known.variables.items():
        if value is not None and (f"variable:{name}" in delivered or (utm and name.startswith("utm_"))):
            yield f"variable:{name}", value
    if known.utm and utm and not any(name.startswith("utm_") for name in known.variables):
        # As the first: should the contact show other UTM when it is there again, that is the newer one.
        yield "utm:first", known.utm
    if known.status is not None and "status" in delivered:
        yield "status", known.status


def found_again(known: Known, echo: Contact) -> Known:
    """What is known once `echo` shows that the contact was there all the time, under this or another id.

    What no echo shows is remembered, should the contact be forgotten later, though not believed.
    """
    if not _was_there(known, echo):
        return known
    there = {e: value for e, value in known.lost.items() if e not in known.owed}
    variables = {e.removeprefix("variable:"): value for e, value in there.items() if e.startswith("variable:")}
    return msgspec.structs.replace(
        known,
        attached=tuple(e.removeprefix("tag:") for e in there if e.startswith("tag:")),
        variables=variables | known.variables,
        variables_ms=dict.fromkeys(variables, DOUBTFUL_MS) | known.variables_ms,
        status=there.get("status", known.status),
    )


def _was_there(known: Known, echo: Contact) -> bool:
    asked = bool(known.lost) and known.watbot_id is None
    return asked and (echo.id == known.doubted_id or not _is_made_after(echo, known))


def still_lost(known: Known, call: Call, echo: Contact | None) -> dict[str, Any]:
    """What is left of `lost` after `call` was answered well, an upsert with `echo`.

    The first echo decides: only a contact that was made after the old one has lost anything. One that was there all
    the time, under this or another id, is as the bot and people left it, and is left so.
    """
    if not known.lost:
        return {}
    if isinstance(call, Upsert) and echo is not None:
        lost = {e: value for e, value in known.lost.items() if e in known.owed or not _was_there(known, echo)}
        return {e: value for e, value in lost.items() if not _is_shown(e, echo) and e not in _written(call)}
    return {e: value for e, value in known.lost.items() if e not in _written(call)}


def _is_made_after(echo: Contact, known: Known) -> bool:
    """By Watbot's clock where it told when it made the old one, else by when we last saw that.

    Watbot tells whole seconds; made in the same one is not surely later.
    """
    return echo.created_at is not None and int(echo.created_at.timestamp()) > (known.created_s or known.seen_ms // 1000)


def _is_shown(element: str, echo: Contact) -> bool:
    kind, _, name = element.partition(":")
    if kind == "field":
        return getattr(echo, name) is not None
    if kind == "tag":
        return name in (echo.tags or ())
    if kind == "variable":
        return bool((echo.variables or {}).get(name))
    return kind == "utm" and bool(echo.utm)


def _written(call: Call) -> set[str]:
    """The elements that `call` writes, as they stand in `lost`."""
    match call:
        case Upsert():
            fields = {f"field:{name}" for name in _FIELDS if getattr(call, name) is not None}
            return fields | {f"tag:{tag}" for tag in call.tags or ()} | ({"utm:first"} if call.utm else set())
        case SetVariable() | DeleteVariable():
            return {f"variable:{call.name}"}
        case AttachTag() | DetachTag():
            return {f"tag:{call.name}"}
        case SetStatus():
            return {"status"}


def without_refused(known: Known, call: Call, named: Iterable[str]) -> Known:
    """`lost` without what was refused: what is named of the call (verdict.elements_of), else all that it writes."""
    written = _written(call)
    gone = {e for e in written if e in named or ("utm" in named and e == "utm:first")} or written
    return msgspec.structs.replace(known, lost={e: value for e, value in known.lost.items() if e not in gone})
