"""Wanted against known -> the fewest safe calls, each with its reason. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from processor.domain.call import AttachTag, Call, DeleteVariable, DetachTag, SetStatus, SetVariable, Upsert
from processor.domain.contact import ContactId
from processor.domain.known import Account, Known
from processor.domain.wish import Wanted, is_status

# A list may drop what the bot has set since we looked, so it is sent only in the turn that learnt the tags. Where that
# fails again and again (the next slot lies beyond the lease) tags are attached one by one: that always comes to an end.
LEARNS_MAX = 3

Reason = Literal[
    "new_contact",
    "fields_differ",
    "tags_differ",
    "utm_differs",
    "learn_tags",
    "learn_id",
    "status",
    "utm_variable",
    "variable_differs",
    "variable_unwanted",
    "tag_unwanted",
    "tag_missing",
]


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A call, why it is made, which wanted elements it carries (empty: it only learns), and its lane (lane.py)."""

    call: Call
    reasons: tuple[Reason, ...]
    elements: tuple[str, ...]
    lane: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """`settled` are elements that need no call, each with the reason; `calls` stand in the order to make them."""

    calls: tuple[PlannedCall, ...] = ()
    settled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the rules file says of the account: placeholder name, how long a confirmation is believed, UTM's place."""

    unnamed: str = "Клиент"
    confirmed_ttl_ms: int = 86_400_000
    utm_as: str = "auto"


def difference(
    contact: ContactId,
    wanted: Wanted,
    known: Known,
    account: Account,
    policy: Policy,
    *,
    now_ms: int,
    turn_ms: int | None = None,
) -> Difference:
    """The calls that make Watbot agree, given what is known now; after each answer ask again with what it showed.

    `turn_ms` is when the holder's turn began: what was seen since then is as fresh as can be. Times are Unix ms.
    """
    look = _Look(contact, wanted, known, account, policy, now_ms, now_ms if turn_ms is None else turn_ms)
    settled = look.already_so()
    open_elements = [element for element in wanted if element not in settled]
    if not open_elements:
        return Difference(settled=settled)
    calls: list[PlannedCall] = []
    upsert = look.upsert(open_elements)
    if upsert:
        calls.append(upsert)
    if known.watbot_id is not None:
        calls.extend(look.without_upsert(open_elements))
    placed = [replace(call, lane=_lane_of(call, wanted, open_elements)) for call in calls]
    return Difference(calls=tuple(sorted(placed, key=lambda call: call.lane)), settled=settled)


def _lane_of(call: PlannedCall, wanted: Wanted, open_elements: list[str]) -> int:
    """The best lane among what it carries; a call that only learns goes with what waits for it."""
    return min(wanted[element].lane for element in call.elements or open_elements)


@dataclass(frozen=True, slots=True)
class _Look:
    contact: ContactId
    wanted: Wanted
    known: Known
    account: Account
    policy: Policy
    now_ms: int
    turn_ms: int

    def already_so(self) -> dict[str, str]:
        fresh = self.known.watbot_id is not None and 0 <= self._age_ms() < self.policy.confirmed_ttl_ms
        return {e: "already_so" for e in self.wanted if self._holds(e, fresh)} | self._utm_without_call()

    def _holds(self, element: str, fresh: bool) -> bool:
        kind, _, name = element.partition(":")
        value = self.wanted[element].value
        if kind == "field":
            return fresh and self.known.fields.get(name) == value
        if kind == "tag":
            return fresh and self.known.tags is not None and (name in self.known.tags) is bool(value)
        if kind == "variable":
            believed_ms = self.now_ms - self.known.variables_ms.get(name, 0)
            known = self.known.watbot_id is not None and name in self.known.variables
            return known and 0 <= believed_ms < self.policy.confirmed_ttl_ms and self.known.variables[name] == value
        if element == "utm:last":
            # Variables are never shown again: what we put there counts for good, there is nothing to refresh it.
            believed = self.known.watbot_id is not None if self._utm_place() == "variables" else fresh
            return believed and self._utm_open(value) == {}
        return False

    def _age_ms(self) -> int:
        return self.now_ms - self.known.seen_ms

    def _utm_without_call(self) -> dict[str, str]:
        settled: dict[str, str] = {}
        if "utm:first" in self.wanted and (self._utm_known() or "utm:last" in self.wanted):
            settled["utm:first"] = "kept" if self._utm_known() else "newer_wish"
        if self._utm_place() == "off":
            settled |= {e: "switched_off" for e in ("utm:first", "utm:last") if e in self.wanted}
        return settled

    def _utm_place(self) -> str:
        if self.policy.utm_as == "auto":
            return "variables" if self.account.utm == "ignored" else "field"
        return self.policy.utm_as

    def _utm_known(self) -> dict[str, str]:
        """UTM that Watbot shows, wherever it stuck."""
        held = self.known.variables.items()
        variables = {name.removeprefix("utm_"): text for name, text in held if text and name.startswith("utm_")}
        return variables | (self.known.utm or {})

    def _utm_open(self, value: Mapping[str, str]) -> dict[str, str]:
        known = self._utm_known()
        return {part: text for part, text in value.items() if known.get(part) != text}

    def upsert(self, elements: list[str]) -> PlannedCall | None:
        """createOrUpdateContact, when anything needs it; a status alone with a known id does not."""
        fields = [e for e in elements if e.startswith("field:")]
        tags = [] if self.attached(elements) else self._missing(elements)
        utm = [e for e in elements if e.startswith("utm:")] if self._utm_place() == "field" else []
        reasons: list[Reason] = []
        if self.known.watbot_id is None:
            reasons.append("new_contact" if fields or tags or utm else "learn_id")
        if fields and self.known.watbot_id is not None:
            reasons.append("fields_differ")
        if utm:
            reasons.append("utm_differs")
        carried = (*fields, *utm)
        tag_list: tuple[str, ...] | None = None
        if tags:
            if self._tags_may_be_sent():
                reasons.append("tags_differ")
                tag_list, carried = self._tag_list(tags), (*carried, *tags)
            else:
                reasons.append("learn_tags")
        if not reasons:
            return None
        return PlannedCall(self._upsert_call(tag_list, utm), tuple(reasons), carried)

    def _missing(self, elements: list[str]) -> list[str]:
        return [e for e in elements if e.startswith("tag:") and self.wanted[e].value]

    def attached(self, elements: list[str]) -> list[str]:
        """Tags to attach one by one: where that costs no more calls than a list, for it can drop nothing."""
        tags = self._missing(elements)
        if self.known.watbot_id is None or not tags:
            return []
        utm = self._utm_place() == "field" and any(e.startswith("utm:") for e in elements)
        upsert_anyway = utm or any(e.startswith("field:") for e in elements)
        calls_by_list = 1 if self._tags_may_be_sent() else 2
        if len(tags) <= calls_by_list - upsert_anyway:
            return tags
        return tags if self.known.learns >= LEARNS_MAX and not self._tags_may_be_sent() else []

    def _tags_may_be_sent(self) -> bool:
        """A list replaces in the worst reading, so the tags that are there must have been seen in this turn."""
        if self.account.tags == "add":
            return True
        return self.known.tags is not None and self.turn_ms <= self.known.seen_ms <= self.now_ms

    def _tag_list(self, tags: list[str]) -> tuple[str, ...]:
        wanted = [e.removeprefix("tag:") for e in tags]
        if self.account.tags == "add":
            return tuple(wanted)
        unwanted = {
            e.removeprefix("tag:") for e, wish in self.wanted.items() if e.startswith("tag:") and not wish.value
        }
        return tuple(dict.fromkeys([*(t for t in self.known.tags or () if t not in unwanted), *wanted]))

    def _upsert_call(self, tag_list: tuple[str, ...] | None, utm: list[str]) -> Upsert:
        def text(name: str) -> str | None:
            wish = self.wanted.get(f"field:{name}")
            return str(wish.value) if wish else None

        value: dict[str, str] | None = None
        if utm:
            newest = "utm:last" if "utm:last" in utm else "utm:first"
            value = dict(self.wanted[newest].value)
        phone = self.contact.id if self.contact.messenger == "whatsapp" else text("phone")
        return Upsert(
            contact=self.contact,
            # The name is required and replaces what is there: a placeholder must not beat a real name.
            name=text("name") or self.known.fields.get("name") or self.policy.unnamed,
            email=text("email"),
            phone=phone,
            address=text("address"),
            telegram_username=text("telegram_username"),
            tags=tag_list,
            utm=value,
        )

    def without_upsert(self, elements: list[str]) -> list[PlannedCall]:
        """What a known id suffices for."""
        watbot_id = self.known.watbot_id
        assert watbot_id is not None  # noqa: S101  the caller has looked
        calls: list[PlannedCall] = []
        for element in self.attached(elements):
            attach = AttachTag(watbot_id=watbot_id, name=element.removeprefix("tag:"))
            calls.append(PlannedCall(attach, ("tag_missing",), (element,)))
        for element in elements:
            if element.startswith("tag:") and not self.wanted[element].value:
                detach = DetachTag(watbot_id=watbot_id, name=element.removeprefix("tag:"))
                calls.append(PlannedCall(detach, ("tag_unwanted",), (element,)))
        if self._utm_place() == "variables":
            calls.extend(self._utm_variables(watbot_id, elements))
        # In the order in which they were wished: the newest must be the last to arrive.
        for element in sorted(filter(is_status, elements), key=lambda e: (self.wanted[e].stamp, e)):
            call = SetStatus(watbot_id=watbot_id, status=str(self.wanted[element].value))
            calls.append(PlannedCall(call, ("status",), (element,)))
        calls.extend(self._variable(watbot_id, e) for e in elements if e.startswith("variable:"))
        return calls

    def _variable(self, watbot_id: int, element: str) -> PlannedCall:
        name, value = element.removeprefix("variable:"), self.wanted[element].value
        if value is None:
            return PlannedCall(DeleteVariable(watbot_id=watbot_id, name=name), ("variable_unwanted",), (element,))
        call = SetVariable(watbot_id=watbot_id, name=name, value=str(value))
        return PlannedCall(call, ("variable_differs",), (element,))

    def _utm_variables(self, watbot_id: int, elements: list[str]) -> list[PlannedCall]:
        element = next((e for e in ("utm:last", "utm:first") if e in elements), None)
        if element is None:
            return []
        parts = list(self._utm_open(self.wanted[element].value).items())
        # Only the last part settles the wish: a stop in between leaves the rest wanted.
        return [
            PlannedCall(
                SetVariable(watbot_id=watbot_id, name=f"utm_{part}", value=text),
                ("utm_variable",),
                (element,) if number == len(parts) else (),
            )
            for number, (part, text) in enumerate(parts, 1)
        ]
