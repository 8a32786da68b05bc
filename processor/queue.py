"""The queue: Dramatiq's broker with every option spelled out, and the ringing of doorbells by name.

A message is a doorbell without contents: "somebody stands in line". Our own keys decide who is first when it is
answered, so losing, repeating or reordering a message is harmless and Dramatiq carries no retries of ours.
"""

from __future__ import annotations

from typing import Any

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import Callbacks, Pipelines, ShutdownNotifications

from processor.errors import StartFailed
from processor.store.connection import Store, translated
from processor.text import Text

APPLY = "apply"
RECONCILE = "reconcile"
NAMESPACE = "wh-queue"
HEARTBEAT_TIMEOUT_MS = 30_000
DEAD_MESSAGE_TTL_MS = 86_400_000
# Of a million commands this many clean up after dead workers: every one, the queue's database is tiny.
MAINTENANCE_CHANCE = 1_000_000
# How long an idle consumer sleeps between two looks: the price of a look is one small write, and a worker that listens
# (processor/store/bells.py) needs it only for what it missed.
POLL_MS = 1_000


def make_broker(client: Store) -> RedisBroker:
    """A broker over `client`, which must point at the queue's own database. No retries, no age or time limits."""
    broker: RedisBroker = RedisBroker(  # type: ignore[no-untyped-call]
        client=client,
        middleware=[ShutdownNotifications(notify_shutdown=False), Callbacks(), Pipelines()],
        namespace=NAMESPACE,
        heartbeat_timeout=HEARTBEAT_TIMEOUT_MS,
        maintenance_chance=MAINTENANCE_CHANCE,
        dead_message_ttl=DEAD_MESSAGE_TTL_MS,
    )
    for queue in (APPLY, RECONCILE):
        broker.declare_queue(queue)
    return broker


def ring(broker: dramatiq.Broker, actor: str) -> None:
    """Ring the doorbell of `actor`, which this process need not have imported. Raises StoreError."""
    message: dramatiq.Message[Any] = dramatiq.Message(
        queue_name=actor, actor_name=actor, args=(), kwargs={}, options={}
    )
    with translated():
        broker.enqueue(message)


def check_broker() -> None:
    """Fail at start, not at night, when a new Dramatiq calls its scripts in another shape. Raises StartFailed."""
    recorder = _Recorder()
    broker: RedisBroker = RedisBroker(  # type: ignore[no-untyped-call]
        client=recorder, middleware=[], namespace=NAMESPACE
    )
    ring(broker, APPLY)
    keys, args = recorder.called[-1]
    if list(keys) != [NAMESPACE] or len(args) < 10 or args[0] != "enqueue" or args[2] != APPLY:
        raise StartFailed(
            Text(
                f"эта версия dramatiq ({dramatiq.__version__}) устроена иначе; нужна 2.2",
                f"this dramatiq ({dramatiq.__version__}) works differently; 2.2 is needed",
            )
        )


class _Recorder:
    """All that RedisBroker asks of a client; notes what it would have sent."""

    def __init__(self) -> None:
        self.called: list[tuple[Any, Any]] = []

    def register_script(self, _text: Any) -> Any:
        def call(keys: Any = (), args: Any = ()) -> int:
            self.called.append((keys, args))
            return 8000  # one of the scripts asks for the size of Lua's stack

        return call
