"""The table of types that presets give says what they give."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from processor.domain.delivery import Delivery
from processor.domain.event import EVENT_TYPES
from processor.domain.gives import ONLY_THESE, TYPES_GIVEN
from processor.domain.sender import SENDERS
from processor.sources.registry import PRESETS
from tests.sources.sample import Sample
from tests.sources.samples import sample_of, sources

SOURCES = Path(__file__).parents[2] / "processor" / "sources"


def _types_of(preset: str, sample: Sample) -> set[str]:
    source = sources()[preset]
    found = set()
    for inbound in sample.good:
        headers = PRESETS[preset].kept_headers(inbound, source)
        delivery = Delivery(
            id="d",
            source=preset,
            preset=preset,
            received_ms=0,
            headers=headers,
            query=PRESETS[preset].kept_query(inbound, source),
            body=inbound.body,
        )
        found |= {event.event for event in PRESETS[preset].normalise(delivery, source)}
    return found


def _types_in(preset: str) -> set[str]:
    """Our types that the preset's own file names, documents aside."""
    tree = ast.parse((SOURCES / f"{preset}.py").read_text("utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts & set(EVENT_TYPES)


def test_the_table_speaks_of_presets_and_of_our_types() -> None:
    assert TYPES_GIVEN.keys() <= SENDERS.keys()
    assert TYPES_GIVEN.keys() >= ONLY_THESE
    assert frozenset[str]().union(*TYPES_GIVEN.values()) <= set(EVENT_TYPES)


@pytest.mark.parametrize("preset", TYPES_GIVEN)
def test_a_preset_gives_no_other_type_of_ours(preset: str) -> None:
    """Neither from its samples nor by what stands in its file."""
    given = _types_of(preset, sample_of(preset))
    assert given & set(EVENT_TYPES) <= TYPES_GIVEN[preset]
    assert _types_in(preset) <= TYPES_GIVEN[preset]


@pytest.mark.parametrize("preset", sorted(ONLY_THESE))
def test_some_give_no_word_of_their_own(preset: str) -> None:
    assert _types_of(preset, sample_of(preset)) <= TYPES_GIVEN[preset]
