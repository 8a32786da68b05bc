"""Mangled deliveries of every preset: no answer of 5xx, none lost that was proven, nothing hangs, memory stays.

The same seed gives the same deliveries. The whole:

    FUZZ_DELIVERIES=200000 FUZZ_SEED=1 uv run pytest -s tests/sources/test_fuzz_deliveries.py
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
import pytest
import redis

from processor.domain.delivery import Answer, Delivery, Inbound
from processor.domain.event import Event, as_mapping
from processor.domain.sender import SENDERS
from processor.errors import ProofRefused, Unreadable
from processor.intake import Admitted, admit
from processor.sources.registry import PRESETS
from processor.store.keys import name_of
from tests.harness.store import StoreProcess
from tests.sources.mutate import Mangled, mangled
from tests.sources.posting import Answered, as_sent, post_all
from tests.sources.samples import SAMPLES, rules_text, sample_of, sources
from tests.web.receiver import Receiver

WHOLE: Final = "FUZZ_DELIVERIES" in os.environ
DELIVERIES: Final = int(os.environ.get("FUZZ_DELIVERIES", "400"))
SEED: Final = int(os.environ.get("FUZZ_SEED", "1"))
PURE_DELIVERIES: Final = 3_000
WAVE: Final = 2_000
BODY_BYTES_MAX: Final = 2**20  # the default of the setting BODY_BYTES_MAX
CONNECTIONS: Final = 16
# A machine that runs other tests besides may stop for longer; the whole run has it to itself.
HANG_S: Final = 1.0 if WHOLE else 10.0
GROWTH_BYTES_MAX: Final = 32 * 2**20
WARM_WAVES: Final = 10  # until then the caches fill


@dataclass(slots=True)
class Seen:
    """What became of the deliveries so far."""

    counts: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    slowest_s: float = 0.0
    slowest: str = ""
    memory_bytes: list[int] = field(default_factory=list)

    def told(self) -> str:
        """The figures, a line each."""
        memory = ", ".join(f"{one / 2**20:.0f}" for one in self.memory_bytes[:: max(1, len(self.memory_bytes) // 20)])
        rows = [f"{name}: {count:,}" for name, count in sorted(self.counts.items())]
        statuses = ", ".join(f"{status}: {count:,}" for status, count in sorted(self.statuses.items()))
        return "\n".join(
            [
                *rows,
                f"answers: {statuses}",
                f"slowest: {self.slowest_s:.3f} s ({self.slowest})",
                f"memory, MiB: {memory}",
            ]
        )


def decided(sent: Mangled, now_ms: int) -> Answer | Admitted | None:
    """What the receiver must make of a request; None when it refuses the proof, the method or the size."""
    preset = PRESETS[sent.preset]
    if sent.inbound.method not in preset.methods or len(sent.inbound.body) > BODY_BYTES_MAX:
        return None
    try:
        return admit(sent.inbound, sources()[sent.preset], preset, now_ms)
    except ProofRefused:
        return None


def normalised(delivery: Delivery) -> str:
    """ "read" or "unreadable"; whatever else is raised is a fault."""
    source = sources()[delivery.source]
    try:
        events = PRESETS[delivery.preset].normalise(delivery, source)
    except Unreadable:
        return "unreadable"
    for event in events:
        check(event, source.keys)
    assert all(want.kind and want.id for want in PRESETS[delivery.preset].wants(delivery, source))
    return "read"


def check(event: Event, keys: Sequence[str]) -> None:
    """It can be written, has a type, and shows no key."""
    assert event.event
    assert not event.customer.phone or event.customer.phone.startswith("+")
    written = msgspec.json.encode(event).decode()
    assert not [key for key in keys if key in written]
    assert as_mapping(event)


def test_every_preset_has_a_sample() -> None:
    """Whoever adds a sender adds a row to the table."""
    assert sorted(SAMPLES) == sorted(SENDERS)


@pytest.mark.parametrize("preset", sorted(SAMPLES))
def test_a_sample_is_proven_and_read_as_it_is(preset: str) -> None:
    """Nothing is gained by mangling what was refused before."""
    now_s = 1_740_000_000
    for good in sample_of(preset).good:
        admitted = decided(Mangled(preset, sample_of(preset).sign(good, now_s), resigned=True), now_s * 1000)
        assert isinstance(admitted, Admitted)
        assert normalised(admitted.delivery) == "read"


def test_the_same_seed_mangles_the_same_way() -> None:
    """So that a fault can be looked at again."""
    assert [mangled(7, n, 1_740_000_000) for n in range(50)] == [mangled(7, n, 1_740_000_000) for n in range(50)]


def test_mangled_deliveries_are_refused_or_read_or_unreadable() -> None:
    """Only ProofRefused and Unreadable are ever raised; most of what was proven again is admitted."""
    now_s, counts = 1_740_000_000, Counter[str]()
    for number in range(PURE_DELIVERIES):
        sent = mangled(SEED, number, now_s)
        found = decided(sent, now_s * 1000)
        if isinstance(found, Admitted):
            assert found.key.isascii()
            counts[normalised(found.delivery)] += 1
        else:
            counts["refused" if found is None else "handshake"] += 1
    print(f"\n{dict(counts)}")
    assert counts["read"] > PURE_DELIVERIES / 4
    assert counts["unreadable"] > PURE_DELIVERIES / 20
    assert counts["refused"] > PURE_DELIVERIES / 20


def test_the_receiver_answers_each_and_loses_none() -> None:
    """Over a real receiver and a real store: kept connections, several at once."""
    seen = Seen()
    with StoreProcess() as store, Receiver(store, rules=rules_text(), LOG_LEVEL="error") as receiver:
        client = store.client()
        for start in range(0, DELIVERIES, WAVE):
            wave = [prepared(number) for number in range(start, min(start + WAVE, DELIVERIES))]
            answers = post_all(receiver.port, [(sent.preset, sent.inbound) for sent in wave], CONNECTIONS)
            judge(wave, answers, client, seen)
            seen.memory_bytes.append(receiver.memory_bytes())
            client.flushdb()
        log = receiver.log()
    print(f"\nseed {SEED}, {DELIVERIES:,} deliveries over {len(SAMPLES)} presets\n{seen.told()}")
    assert "Traceback" not in log
    assert seen.slowest_s < HANG_S
    assert seen.counts["proven"] > DELIVERIES / 4
    if len(seen.memory_bytes) > WARM_WAVES:
        assert max(seen.memory_bytes[WARM_WAVES:]) < seen.memory_bytes[WARM_WAVES] + GROWTH_BYTES_MAX


def prepared(number: int) -> Mangled:
    """Delivery `number` as it goes over the wire, proven now."""
    sent = mangled(SEED, number, int(time.time()))
    return Mangled(sent.preset, as_sent(sent.inbound), sent.resigned)


def judge(wave: Sequence[Mangled], answers: Sequence[Answered], client: redis.Redis, seen: Seen) -> None:
    """Each answer is the one that was due, and each proven delivery stands in the journal byte by byte."""
    bodies: dict[bytes, list[Inbound]] = {}
    for sent, answer in zip(wave, answers, strict=True):
        seen.statuses[answer.status] += 1
        if answer.seconds > seen.slowest_s:
            seen.slowest_s, seen.slowest = (
                answer.seconds,
                f"{sent.preset}, {len(sent.inbound.body):,} B: {answer.status}",
            )
        assert answer.status < 500, sent
        found = decided(sent, int(time.time() * 1000))
        accepted = 200 <= answer.status < 300
        assert accepted == (found is not None), (answer, sent)
        if isinstance(found, Admitted):
            digest = hashlib.blake2b(f"{sent.preset}\0{found.key}".encode(), digest_size=16).hexdigest()
            bodies.setdefault(name_of("dedupe", digest).encode(), []).append(sent.inbound)
            seen.counts["proven"] += 1
        else:
            seen.counts["refused" if found is None else "handshakes"] += 1
    ids = client.mget(list(bodies)) if bodies else []
    for inbounds, id_ in zip(bodies.values(), ids, strict=True):
        assert isinstance(id_, bytes), inbounds[0]
        raw = client.get(name_of("delivery", id_.decode()))
        assert isinstance(raw, bytes)
        delivery = msgspec.msgpack.decode(raw, type=Delivery)
        assert delivery.body in [inbound.body for inbound in inbounds]
        seen.counts[normalised(delivery)] += 1
    seen.counts["repetitions"] += sum(map(len, bodies.values())) - len(bodies)
    assert client.zcard(name_of("journal")) == len(bodies)
