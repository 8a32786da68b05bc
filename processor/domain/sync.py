"""A first sync: how far it has come, and who had better wait for it. Pure.

It reads Watbot's list of contacts once, so that what was there before us is known: names that no placeholder may
overwrite, and the UTM that came first.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from processor.domain.known import Known
from processor.domain.wish import Wanted

SyncState = Literal["running", "finished", "stopped", "memory", "failed"]

# A contact without a name waits this long for the sync: afterwards the placeholder goes.
NAME_WAIT_MS_MAX = 600_000
# A sync that fails so often in a row may never end: nobody waits for it any longer.
FAILURES_WAITED_FOR = 4
# Whoever waits looks again when the sync should be through, but not before, and not after, so long.
LOOK_AGAIN_MS_MIN = 2_000
LOOK_AGAIN_MS_MAX = 30_000


class Sync(msgspec.Struct, frozen=True, kw_only=True):
    """A bot's sync. `page` is to be read next (from 1), of `last_page`; `pages` were read, repetitions included.

    `contacts` of `total` were read: `added` were new to us, `completed` known but older, `kept` known as well or
    better, `skipped` had no id that we could use. `ids` are those of the last page. `reason`: the last failure.
    Times are Unix ms of the store's clock; `complete_ms`: when a run last came to its end (0: never).
    """

    bot: int
    state: SyncState
    page: int = 1
    last_page: int = 0
    per_page: int = 0
    pages: int = 0
    back: int = 0
    contacts: int = 0
    total: int = 0
    added: int = 0
    completed: int = 0
    kept: int = 0
    skipped: int = 0
    ids: tuple[int, ...] = ()
    reason: str = ""
    began_ms: int = 0
    ended_ms: int = 0
    complete_ms: int = 0
    failures: int = 0


def untold(sync: Sync | None, *, expected: bool) -> bool:
    """Whether contacts may be in Watbot that a sync will yet tell us of; `expected`: one is about to begin."""
    if sync is None:
        return expected
    return sync.state == "running" and not sync.complete_ms and sync.failures < FAILURES_WAITED_FOR


def name_wait_ms(wanted: Wanted, known: Known, sync: Sync | None, *, waits_since_ms: int, now_ms: int) -> int:
    """How long a contact that is `untold` waits for its name before it looks again; 0: it need not wait.

    Only what would go out under the placeholder waits: an upsert of an unknown contact, without a name from anywhere.
    """
    if known.watbot_id is not None or "field:name" in wanted or known.fields.get("name"):
        return 0
    left_ms = (waits_since_ms or now_ms) + NAME_WAIT_MS_MAX - now_ms
    return max(0, min(left_ms, _through_ms(sync, now_ms)))


def _through_ms(sync: Sync | None, now_ms: int) -> int:
    """When the sync should be through, by how fast it was so far."""
    if sync is None or not sync.pages:
        return LOOK_AGAIN_MS_MIN
    pages_left = max(1, sync.last_page - sync.page + 1)
    through_ms = pages_left * max(0, now_ms - sync.began_ms) // sync.pages
    return min(max(through_ms, LOOK_AGAIN_MS_MIN), LOOK_AGAIN_MS_MAX)
