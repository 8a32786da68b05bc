"""What the rules file says of the account."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Placeholder name, how long a confirmation is believed, how tags travel, and UTM's place (see domain/rule.py)."""

    unnamed: str = "Клиент"
    confirmed_ttl_ms: int = 86_400_000
    utm_as: str = "auto"
    tags_as: str = "auto"
