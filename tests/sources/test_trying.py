"""The samples that the console tries a source with: proven by every proof, accepted, read, and marked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from processor.domain.sender import SENDERS
from processor.domain.source import Source
from processor.intake import Admitted, admit
from processor.sources.registry import preset_of
from processor.sources.samples.registry import SAMPLES, sample_of
from processor.sources.samples.sample import MARK

NOW_MS = 1_790_000_000_000
# These only name what happened: a person is known when their API was asked.
NAMELESS = ("ecwid", "pretix", "bitrix24")
KEY = "a secret that is long enough"


def _sources() -> Iterator[Source]:
    for sender in SENDERS.values():
        accounts = ("4711",) if "account" in sender.options else ()
        key_name = "our-key" if "key_name" in sender.options else None
        for proof in sender.proofs:
            secrets = (KEY, "another") if proof == "secret" else ()
            tokens = (KEY, "another") if proof == "token" else ()
            addresses = sender.addresses if proof == "addresses" else ()
            yield Source("it", sender.name, secrets, tokens, addresses=addresses)
            if proof != "addresses":
                yield Source(
                    "it", sender.name, secrets, tokens, key_name, accounts=accounts, addresses=("203.0.113.0/24",)
                )
        yield Source("it", sender.name, proof="none")


SOURCES = tuple(_sources())


def test_every_preset_has_its_sample() -> None:
    assert SAMPLES.keys() == SENDERS.keys()


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: f"{one.preset}-{len(one.secrets)}{len(one.tokens)}")
def test_a_sample_is_let_in_and_understood(source: Source) -> None:
    preset = preset_of(source)
    inbound = sample_of(source, NOW_MS)
    assert inbound.method in preset.methods
    assert MARK.items() <= inbound.headers.items()
    admitted = admit(inbound, source, preset, NOW_MS)
    assert isinstance(admitted, Admitted)
    (event, *_) = preset.normalise(admitted.delivery, source)
    assert event.event not in ("", "unknown")
    if source.preset in NAMELESS:
        assert event.thin
    else:
        assert event.customer.phone == "+79000000001"
    assert KEY not in repr(event)


@pytest.mark.parametrize("preset", SENDERS)
def test_nobody_real_stands_in_a_sample(preset: str) -> None:
    inbound = sample_of(Source("it", preset, secrets=(KEY,)), NOW_MS)
    told = inbound.body.decode() + inbound.query
    assert "@" not in told.replace("anna@example.com", "").replace("anna%40example.com", "")
