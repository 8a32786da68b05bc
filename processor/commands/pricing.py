"""What calls are counted by: the rules that are in force, what the account is known to do, and its limits."""

from __future__ import annotations

from dataclasses import dataclass

from processor.commands.ruleset import ruleset_beside
from processor.domain.known import Account
from processor.domain.policy import Policy
from processor.rate import Limit
from processor.rehearse.price import policy_of
from processor.settings import Settings
from processor.store.account import account
from processor.store.connection import Store


@dataclass(frozen=True, slots=True)
class Pricing:
    """What `difference` must know beside a contact, and the budget."""

    account: Account
    policy: Policy
    limits: tuple[Limit, ...]


def pricing(client: Store, settings: Settings) -> Pricing:
    """As the worker sees it; without rules that can be read, as by default: it is an estimate. Raises StoreError."""
    known, limits = account(client), settings.watbot_rate
    rules = ruleset_beside(settings)
    if rules is None:
        return Pricing(known, Policy(), limits)
    return Pricing(known, policy_of(rules), limits)
