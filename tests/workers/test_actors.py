"""A doorbell for deliveries also serves the contacts that line up by them."""

from __future__ import annotations

import dramatiq
from dramatiq.brokers.stub import StubBroker

from processor.queue import APPLY
from workers.actors import Line, declare
from workers.loops import Loops


def _step(done: list[str], name: str, times: int) -> bool:
    done.append(name)
    return done.count(name) < times


def test_contacts_are_served_right_after_their_deliveries_without_another_poll() -> None:
    broker, done = StubBroker(), list[str]()
    declare(
        broker,
        Line(apply=Loops(1), reconcile=Loops(1)),
        apply_step=lambda: _step(done, "apply", 2),
        reconcile_step=lambda: _step(done, "reconcile", 2),
    )
    actor: dramatiq.Actor[[], None] = broker.get_actor(APPLY)
    actor()
    assert done == ["apply", "apply", "reconcile", "reconcile"]
