"""What of the wishes holds already, and what is fresh enough to go by. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from processor.domain.contact import ContactId
from processor.domain.event import Utm
from processor.domain.known import DOUBTFUL_MS, Account, Known
from processor.domain.policy import Policy
from processor.domain.wish import Wanted

UTM_PARTS = Utm.__struct_fields__


@dataclass(frozen=True, slots=True)
class Look:
    """A contact at one moment: wanted beside known, `delivered` earlier (element -> stamp). Times are Unix ms."""

    contact: ContactId
    wanted: Wanted
    known: Known
    account: Account
    policy: Policy
    now_ms: int
    delivered: Mapping[str, str] = field(default_factory=dict)

    def settled(self) -> dict[str, str]:
        """The elements that need no call, each with the reason."""
        return {e: "already_so" for e in self.wanted if self._holds(e)} | self._utm_without_call()

    def is_fresh(self) -> bool:
        """Whether fields and UTM were shown lately enough to believe them."""
        shown = self.known.watbot_id is not None and not self.known.in_doubt
        return shown and self._is_believed(self.known.shown_ms)

    def tags_believed(self) -> tuple[str, ...] | None:
        """The contact's tags, if shown lately enough to believe it; None: nobody knows."""
        shown = self.is_fresh() and self._is_believed(self.known.seen_ms)
        return self.known.tags if shown else None

    def lists_add(self) -> bool:
        """Whether lists of tags are known to drop nothing; else none is sent, and tags are attached one by one.

        What the rules file says of it goes before what was seen.
        """
        return (self.account.tags if self.policy.tags_as == "auto" else self.policy.tags_as) == "add"

    def utm_place(self) -> str:
        """Where UTM goes: field, variables or off."""
        if self.policy.utm_as == "auto":
            return "variables" if self.account.utm == "ignored" else "field"
        return self.policy.utm_as

    def utm_open(self, value: Mapping[str, str]) -> dict[str, str]:
        """The marks of `value` that are not there yet."""
        if self.utm_place() != "variables":
            shown = self.known.utm or {}
            return {part: text for part, text in value.items() if shown.get(part) != text}
        # What a rule puts into such a variable itself is its own affair: else the two would write it in turns.
        free = {part: text for part, text in value.items() if f"variable:utm_{part}" not in self.wanted}
        doubtful = {name for name, since_ms in self.known.variables_ms.items() if since_ms == DOUBTFUL_MS}
        return {
            part: text
            for part, text in free.items()
            if f"utm_{part}" in doubtful or self._utm_in_variables(part) != text
        }

    def may_set_first_utm(self) -> bool:
        """Whether Watbot has shown lately that there is none: else the first would replace one older than us."""
        return self.utm_place() != "field" or self.is_fresh()

    def _holds(self, element: str) -> bool:
        if element in self.known.lost:
            return False
        kind, _, name = element.partition(":")
        value = self.wanted[element].value
        if kind == "field":
            return self.is_fresh() and self.known.fields.get(name) == value
        if kind == "tag":
            tags = self.tags_believed()
            return tags is not None and (name in tags) is bool(value)
        if kind == "variable":
            known = self.known.watbot_id is not None and name in self.known.variables
            believed = known and self._is_believed(self.known.variables_ms.get(name, 0))
            return believed and self.known.variables[name] == value
        if element == "utm:last":
            # Variables are never shown again: what we put there counts for good, there is nothing to refresh it.
            believed = self.known.watbot_id is not None if self.utm_place() == "variables" else self.is_fresh()
            return believed and not self.utm_open(value)
        return False

    def _is_believed(self, since_ms: int) -> bool:
        return 0 <= self.now_ms - since_ms < self.policy.confirmed_ttl_ms

    def _utm_without_call(self) -> dict[str, str]:
        settled: dict[str, str] = {}
        if "utm:first" in self.wanted:
            reason = self._first_utm_settled()
            if reason:
                settled["utm:first"] = reason
        if self.utm_place() == "off":
            settled |= {e: "switched_off" for e in ("utm:first", "utm:last") if e in self.wanted}
        return settled

    def _first_utm_settled(self) -> str | None:
        shown = self._utm_shown()
        ours = all(self.known.utm_first.get(part) == text for part, text in shown.items())
        if shown and ("utm:last" in self.delivered or not ours):
            return "kept"
        if "utm:last" in self.wanted or "utm:last" in self.delivered:
            return "newer_wish"
        # What is there came from such a wish: it may be half of this one, or younger than this one.
        return "already_so" if shown and not self.utm_open(self.wanted["utm:first"].value) else None

    def _utm_shown(self) -> dict[str, str]:
        """UTM that Watbot shows, wherever it stuck."""
        shown = ((part, self._utm_in_variables(part)) for part in UTM_PARTS)
        return {part: text for part, text in shown if text}

    def _utm_in_variables(self, part: str) -> str | None:
        return self.known.variables.get(f"utm_{part}") or (self.known.utm or {}).get(part)
