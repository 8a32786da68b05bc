"""What an answer of Watbot teaches: about the contact, and about the account. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from processor.domain.call import AttachTag, Call, DeleteVariable, DetachTag, SetStatus, SetVariable, Upsert
from processor.domain.known import DOUBTFUL_MS, Account, Known
from workers.lost import found_again, still_lost
from workers.watbot.contact import Contact

_FIELDS = ("name", "email", "phone", "address", "telegram_username")
# A text that comes back cut is still ours when so much of it is left.
CUT_CHARACTERS_MIN = 32
# The bot and people take tags off, too: one that was seen longer ago and is gone says nothing of lists.
SEEN_JUST_NOW_MS = 60_000

_replace = msgspec.structs.replace


def learnt(known: Known, call: Call, echo: Contact | None, now_ms: int) -> Known:
    """What is known after `call` was answered well with `echo`."""
    if isinstance(call, Upsert):
        return _shown(known, call, echo, now_ms) if echo is not None else known
    told = _replace(known, lost=still_lost(known, call, None), doubted_id=None, doubts=0)
    match call:
        case SetStatus():
            return _replace(told, status=call.status)
        case SetVariable() | DeleteVariable():
            value = call.value if isinstance(call, SetVariable) else None
            return _replace(
                told,
                variables=known.variables | {call.name: value},
                variables_ms=known.variables_ms | {call.name: now_ms},
            )
        case AttachTag() | DetachTag():
            name = "attached" if known.tags is None else "tags"
            held = known.attached if known.tags is None else known.tags
            kept = _with(held, call.name) if isinstance(call, AttachTag) else tuple(t for t in held if t != call.name)
            return _replace(told, **{name: kept})


def _with(tags: tuple[str, ...], *names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*tags, *names)))


def in_doubt(known: Known, call: Call) -> Known:
    """What is known after `call` ended without an answer: it may have had its effect, or not."""
    match call:
        case SetVariable() | DeleteVariable():
            held = {call.name: known.variables.get(call.name)}
            return _replace(
                known, variables=held | known.variables, variables_ms=known.variables_ms | {call.name: DOUBTFUL_MS}
            )
        case Upsert() | AttachTag() | DetachTag():
            return _replace(known, in_doubt=True)
        case SetStatus():
            return known


def _shown(known: Known, call: Upsert, echo: Contact, now_ms: int) -> Known:
    shown = {n: v for n in _FIELDS if (v := getattr(echo, n)) is not None}
    # What was accepted counts as sent: Watbot may write it its own way, and would else be told again and again.
    sent = {n: v for n in _FIELDS if (v := getattr(call, n)) is not None}
    doubted, lost = echo.id == known.doubted_id, still_lost(known, call, echo)
    known = found_again(known, echo)
    variables = _as_written((known.variables,), echo.variables or {})
    return _replace(
        known,
        watbot_id=echo.id,
        fields=shown | sent,
        tags=echo.tags,
        attached=_with(known.attached, *(call.tags or ())) if echo.tags is None else (),
        created_s=int(echo.created_at.timestamp()) if echo.created_at else known.created_s,
        utm=_as_written((call.utm or {}, known.utm or {}), echo.utm or {}) or None,
        seen_ms=now_ms,
        listed_ms=0,  # it shows more than the list did; and were the clock set back, that would seem to lie ahead
        in_doubt=False,
        variables=known.variables | variables,
        variables_ms=known.variables_ms | dict.fromkeys(variables, now_ms),
        lost=lost,
        owed=(),
        doubted_id=echo.id if doubted else None,
        doubts=known.doubts if doubted else 0,
    )


def _as_written(held: tuple[Mapping[str, Any], ...], shown: Mapping[str, str]) -> dict[str, str]:
    """What is shown, each text in our own spelling where it is one of ours."""

    def own(name: str, text: str) -> str:
        return next((one[name] for one in held if name in one and is_same(one[name], text)), text)

    return {name: own(name, text) for name, text in shown.items()}


def is_same(sent: str | None, shown: str | None) -> bool:
    """Whether a text of ours came back: case and spaces may differ, and a long one may be cut."""
    ours, theirs = (" ".join((text or "").casefold().split()) for text in (sent, shown))
    return ours == theirs or (len(theirs) >= CUT_CHARACTERS_MIN and ours.startswith(theirs))


def facts(call: Call, echo: Contact | None, account: Account, before: Known, now_ms: int) -> dict[str, str]:
    """What the echo shows of the account that was not believed before: {"tags": "add"}, {"utm": "ignored"}.

    `before`: what was known of the contact; when all that it had beside the list is gone, lists replace. Unix ms.
    """
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
    elif _dropped(call, echo, before, now_ms) and account.tags != "replace":
        found["tags"] = "replace"
    return found


def _dropped(call: Upsert, echo: Contact, before: Known, now_ms: int) -> bool:
    """Whether a list took off all that it did not name: seen just before, so that it was hardly somebody else."""
    if call.tags is None or echo.tags is None or before.in_doubt or echo.id != before.watbot_id:
        return False
    left_out = set(before.tags or ()) - set(call.tags)
    return bool(left_out) and not left_out & set(echo.tags) and 0 <= now_ms - before.seen_ms <= SEEN_JUST_NOW_MS


def utm_stuck(call: Upsert, echo: Contact) -> bool:
    """Whether the echo shows the UTM that was sent, perhaps in Watbot's own spelling."""
    shown = echo.utm or {}
    return all(is_same(text, shown.get(part)) for part, text in (call.utm or {}).items())
