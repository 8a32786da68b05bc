"""What an answer of Watbot teaches: about the contact, and about the account. Pure."""

from __future__ import annotations

import msgspec

from processor.domain.call import AttachTag, Call, DeleteVariable, DetachTag, SetStatus, SetVariable, Upsert
from processor.domain.known import Account, Known
from workers.watbot.contact import Contact

_FIELDS = ("name", "email", "phone", "address", "telegram_username")


def learnt(known: Known, call: Call, echo: Contact | None, now_ms: int) -> Known:
    """What is known after `call` was answered well with `echo`."""
    replace = msgspec.structs.replace
    match call:
        case Upsert() if echo is not None:
            shown = {n: v for n in _FIELDS if (v := getattr(echo, n)) is not None}
            # What was accepted counts as sent: Watbot may write it its own way, and would else be told again and again.
            sent = {n: v for n in _FIELDS if (v := getattr(call, n)) is not None}
            return replace(
                known,
                watbot_id=echo.id,
                fields=shown | sent,
                tags=echo.tags if echo.tags is not None else known.tags,
                utm=echo.utm,
                seen_ms=now_ms,
                variables=known.variables | (echo.variables or {}),
                variables_ms=known.variables_ms | dict.fromkeys(echo.variables or {}, now_ms),
            )
        case SetStatus():
            return replace(known, status=call.status)
        case SetVariable() | DeleteVariable():
            value = call.value if isinstance(call, SetVariable) else None
            return replace(
                known,
                variables=known.variables | {call.name: value},
                variables_ms=known.variables_ms | {call.name: now_ms},
            )
        case AttachTag():
            return replace(known, tags=(*known.tags, call.name) if known.tags is not None else None)
        case DetachTag():
            return replace(known, tags=tuple(t for t in known.tags if t != call.name) if known.tags else known.tags)
        case _:
            return known


def facts(call: Call, echo: Contact | None, account: Account) -> dict[str, str]:
    """What the echo shows of the account that was not believed before: {"tags": "add"}, {"utm": "ignored"}."""
    found: dict[str, str] = {}
    if not isinstance(call, Upsert) or echo is None:
        return found
    if call.utm:
        believed = "stored" if utm_stuck(call, echo) else "ignored"
        if believed != account.utm:
            found["utm"] = believed
    if call.tags is not None and echo.tags is not None and set(echo.tags) - set(call.tags) and account.tags != "add":
        # A tag stands there that the list did not name: a list only adds.
        found["tags"] = "add"
    return found


def utm_stuck(call: Upsert, echo: Contact) -> bool:
    """Whether the echo shows the UTM that was sent."""
    shown = echo.utm or {}
    return all(shown.get(part) == value for part, value in (call.utm or {}).items())
