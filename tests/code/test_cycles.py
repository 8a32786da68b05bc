"""No module and no room leads back to itself."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from tests.code.imports import Import, imports
from tests.code.rooms import ARROWS, room_of
from tests.code.tree import OURS, PYTHON


def _cycle(arrows: Iterable[tuple[str, str]]) -> list[str]:
    graph: dict[str, set[str]] = {}
    for start, end in arrows:
        graph.setdefault(start, set()).add(end)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _ours(tops: tuple[str, ...]) -> list[Import]:
    return [one for one in imports(*tops) if one.library in tops]


def test_no_module_imports_itself_by_a_detour() -> None:
    cycle = _cycle((one.by.name, one.target) for one in _ours(PYTHON))
    assert not cycle, f"a cycle of imports, each imported by the next: {' <- '.join(cycle)}"


def test_no_room_imports_itself_by_a_detour() -> None:
    arrows = ((room_of(one.by.name), room_of(one.target)) for one in _ours(OURS))
    cycle = _cycle((start, end) for start, end in arrows if start != end)
    assert not cycle, f"a cycle of rooms, each imported by the next: {' <- '.join(cycle)}"


def test_the_drawn_arrows_allow_no_cycle_either() -> None:
    cycle = _cycle((room, target) for room, targets in ARROWS.items() for target in targets)
    assert not cycle, f"tests/code/rooms.py draws a cycle: {' <- '.join(cycle)}"
