"""Explaining every rule costs milliseconds: it is done when somebody asks, never for each event."""

from tests.code.imports import imports
from tests.code.tree import OURS, within

EXPLAINING = ("processor.domain.explain", "processor.domain.nearest", "processor.story")


def test_what_runs_for_every_event_cannot_explain() -> None:
    """Neither the workers nor the door import it, however far their imports are followed."""
    of: dict[str, set[str]] = {}
    for one in imports(*OURS):
        of.setdefault(one.by.name, set()).add(one.target)
    reached = {name for name in of if within(name, ["workers", "processor.intake", "processor.domain.plan"])}
    assert reached
    while fresh := {target for name in reached for target in of.get(name, ()) if target in of} - reached:
        reached |= fresh
    assert not reached & set(EXPLAINING)
    assert set(EXPLAINING) <= of.keys()
