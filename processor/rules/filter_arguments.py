"""What each filter of a template may be given."""

from __future__ import annotations

from functools import lru_cache
from inspect import Parameter, signature
from typing import Final

from processor.domain.liquid_limits import ENVIRONMENT

# What we give a filter ourselves.
_OURS: Final = frozenset({"home", "received", "context", "environment"})


@lru_cache(maxsize=256)
def arguments_of(name: str) -> tuple[int, int, frozenset[str]]:
    """How many values the filter takes at least and at most, and the names of its options."""
    takes = [one for one in list(signature(ENVIRONMENT.filters[name]).parameters.values())[1:] if one.name not in _OURS]
    places = [one for one in takes if one.kind is not Parameter.KEYWORD_ONLY]
    least = sum(one.default is Parameter.empty for one in places)
    return least, len(places), frozenset(one.name for one in takes if one not in places)
