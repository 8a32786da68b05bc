"""A source as the rules file writes it, before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping

from processor.errors import EditRefused, FaultsFound
from processor.rules.edit.bare import Bare, at
from processor.rules.edit.draft import Draft
from processor.web.console.source_form import COMMON, OPTIONS


def written_of(text: str, file: str, source: str) -> Mapping[str, str]:
    """The settings that may be shown, lists with commas between; none of a source that is not there. Pure."""
    return {name: ", ".join(found) for name in (*OPTIONS, *COMMON) if (found := listed(text, file, source, name))}


def listed(text: str, file: str, source: str, name: str) -> tuple[str, ...]:
    """What stands under one setting, a single value as a list of one; () when nothing does. Pure."""
    try:
        found = at(Draft(text, file).bare, ("sources", source, name))
    except (EditRefused, FaultsFound):
        return ()
    return tuple(scalar[0] for scalar in _scalars(found))


def _scalars(found: Bare) -> list[tuple[str, bool]]:
    if isinstance(found, list):
        return [one for one in found if isinstance(one, tuple)]
    return [found] if isinstance(found, tuple) else []
