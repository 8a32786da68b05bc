"""Rehearsals that run in the background: few at once, their results kept while they are looked at."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final

from processor.errors import Refused, WatbotHooksError
from processor.log import logger
from processor.text import Text

AT_ONCE_MAX: Final = 2
KEPT_MAX: Final = 8

_log = logger("console")
_BUSY: Final = Text(
    "уже идут две проверки; подождите, пока одна закончится", "two rehearsals are running; wait until one is done"
)
_BROKEN: Final = Text("ошибка у нас; она в журнале работы", "an error of ours; it is in the log")

Work = Callable[[Callable[[str, int, int], None]], dict[str, Any]]
"""Does it, telling a part's name, how much of it is done, and of how much."""


@dataclass(slots=True)
class Rehearsing:
    """One of them: `whole` when it is done, `failed` when it came to nothing; else how far it is."""

    whole: dict[str, Any] | None = None
    failed: Text | None = None
    part: str = "events"
    done: int = 0
    total: int = 0
    over: threading.Event = field(default_factory=threading.Event)


class Rehearsals:
    """Safe to ask from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: OrderedDict[Hashable, Rehearsing] = OrderedDict()

    def of(self, key: Hashable) -> Rehearsing | None:
        """The one of this key, running or done."""
        with self._lock:
            found = self._all.get(key)
            if found is not None:
                self._all.move_to_end(key)
            return found

    def start(self, key: Hashable, work: Work) -> Rehearsing:
        """Begin it anew, unless it runs already. Raises Refused when too many run."""
        with self._lock:
            found = self._all.get(key)
            if found is not None and not found.over.is_set():
                return found
            if sum(not one.over.is_set() for one in self._all.values()) >= AT_ONCE_MAX:
                raise Refused("busy", _BUSY)
            mine = self._all[key] = Rehearsing()
            self._all.move_to_end(key)
            for old in [name for name, one in self._all.items() if one.over.is_set()][
                : max(0, len(self._all) - KEPT_MAX)
            ]:
                del self._all[old]
        threading.Thread(target=_run, args=(mine, work), name="rehearsal", daemon=True).start()
        return mine


def _run(mine: Rehearsing, work: Work) -> None:
    def watch(part: str, done: int, total: int) -> None:
        mine.part, mine.done, mine.total = part, done, total

    try:
        mine.whole = work(watch)
    except WatbotHooksError as error:
        mine.failed = error.text
    except Exception:  # noqa: BLE001  the visitor must be told something
        _log.exception("a rehearsal failed")
        mine.failed = _BROKEN
    finally:
        mine.over.set()
