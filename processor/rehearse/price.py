"""What a rehearsed draft is worth in calls: replaying it now, and the same events one by one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from processor.domain.contact import ContactId
from processor.domain.known import Account, Known
from processor.domain.look import Look
from processor.domain.policy import Policy
from processor.domain.price import Delivered, calls_more
from processor.domain.rule import Ruleset
from processor.domain.wish import Wanted, Wish, is_status, wins
from processor.rehearse.element import keyed

_NOBODY = ContactId(1, "whatsapp", "")


@dataclass(frozen=True, slots=True)
class Habits:
    """How wishes travel: whether a list of tags goes with createOrUpdateContact, and where UTM goes."""

    lists_add: bool
    utm_place: str


def policy_of(rules: Ruleset) -> Policy:
    """What a rules file says of the account."""
    return Policy(rules.unnamed, rules.confirmed_ttl_ms, rules.utm_as, rules.tags_as)


def habits_of(rules: Ruleset, account: Account) -> Habits:
    """As the difference would decide it (domain/look.py)."""
    look = Look(_NOBODY, {}, Known(), account, policy_of(rules), 0)
    return Habits(look.lists_add(), look.utm_place())


def calls_alone(moved: Iterable[Wish], habits: Habits, *, first: bool) -> int:
    """The calls for these changes of one contact when nothing else shares them; `first`: its id is to be learnt."""
    shared, alone, any_wish = False, 0, False
    for wish in moved:
        any_wish = True
        kind = wish.element.partition(":")[0]
        if kind == "utm" and habits.utm_place == "variables":
            alone += len(wish.value)
        elif kind == "utm":
            shared = shared or habits.utm_place == "field"
        elif kind == "field" or (kind == "tag" and wish.value and habits.lists_add):
            shared = True
        else:
            alone += 1
    return alone + int(shared or (first and any_wish))


def replay_calls(
    contact: ContactId,
    after: Wanted,
    before: Wanted,
    waiting: Wanted,
    known: Known,
    delivered: Delivered,
    account: Account,
    policy: Policy,
    *,
    now_ms: int,
) -> int:
    """The calls that wishing `after` now adds to what the contact waits for, by the difference that will decide.

    What was delivered since by something newer, or from the same event with the same value, is not sent again.
    """
    again = _again(after, before, waiting, delivered)
    return calls_more(contact, waiting, again, known, account, policy, now_ms=now_ms, delivered=delivered)


def _again(after: Wanted, before: Wanted, waiting: Wanted, delivered: Delivered) -> Iterator[Wish]:
    same = keyed(before)
    for key, wish in keyed(after).items():
        as_before = key in same and same[key].value == wish.value and same[key].stamp == wish.stamp
        stamp = delivered.get("status" if is_status(wish.element) else wish.element)
        held = waiting.get(wish.element)
        olds = [Wish(element=wish.element, value=None, stamp=stamp, event="", rule="")] if stamp else []
        olds += [held] if held else []
        if all(wins(wish, old) or (old.stamp == wish.stamp and not as_before) for old in olds):
            yield wish
