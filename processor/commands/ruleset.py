"""The rules file as a command needs it that only reads the store."""

from __future__ import annotations

from processor.domain.rule import Ruleset
from processor.errors import FaultsFound
from processor.rules.compile import compile_rules
from processor.settings import Settings
from processor.story import AnySecret


def ruleset_beside(settings: Settings) -> Ruleset | None:
    """The rules of the settings' file, whatever its secrets are; None when they cannot be read."""
    try:
        text = settings.rules_file.read_text("utf-8")
        return compile_rules(text, str(settings.rules_file), AnySecret(text), demo=True)
    except (OSError, UnicodeDecodeError, FaultsFound):
        return None


def regions_of(rules: Ruleset | None) -> tuple[str, ...]:
    """How phones are read that are written without a country: as the sources do."""
    return tuple(dict.fromkeys(source.region for source in rules.sources.values()) if rules else ()) or ("RU",)
