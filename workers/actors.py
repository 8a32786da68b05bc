"""The Dramatiq actors: what a doorbell wakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import dramatiq

from processor.errors import StoreError
from processor.log import logger
from processor.queue import APPLY, RECONCILE
from workers.loops import Loops

_log = logger("actors")


@dataclass(frozen=True, slots=True)
class Line:
    """The two loops of a worker process."""

    apply: Loops
    reconcile: Loops


def declare(
    broker: dramatiq.Broker, line: Line, *, apply_step: Callable[[], bool], reconcile_step: Callable[[], bool]
) -> None:
    """Declare the actors on `broker`. Nothing is retried by Dramatiq: the sweeper rings again."""

    @dramatiq.actor(broker=broker, queue_name=APPLY, actor_name=APPLY)
    def apply() -> None:
        answer(line.apply, apply_step)
        # Whoever lined up is served at once: a bell would wait for the next poll. It is rung as well, for this thread
        # may die here, or go on applying for long.
        answer(line.reconcile, reconcile_step)

    @dramatiq.actor(broker=broker, queue_name=RECONCILE, actor_name=RECONCILE)
    def reconcile() -> None:
        answer(line.reconcile, reconcile_step)


def answer(loops: Loops, step: Callable[[], bool]) -> None:
    """Work until nobody is in line; a store that does not answer ends it, the sweeper rings again."""
    try:
        loops.run(step)
    except StoreError as error:
        _log.warning("the store does not answer; going on when it does", reason=str(error))
