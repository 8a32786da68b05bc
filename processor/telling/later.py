"""What waits for its hour, and what came of it, in a person's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from processor.text import Language, Text

FATES: Mapping[str, Text] = {
    "acts": Text("сработало", "acts"),
    "cancelled": Text("не нужно: пришло событие", "needless: there came event"),
    "gone": Text("такого правила больше нет", "there is no such rule any more"),
    "disabled": Text("правило выключено", "the rule is disabled"),
    "unmatched": Text("условия больше не выполняются", "its conditions do not hold any more"),
}
_UNITS = (
    (86_400_000, Text("д", "d")),
    (3_600_000, Text("ч", "h")),
    (60_000, Text("мин", "min")),
    (1_000, Text("с", "s")),
)


def span_text(duration_ms: int, language: Language) -> str:
    """A duration as a rules file has it: 90 d, 1 h 30 min."""
    parts = []
    for unit_ms, name in _UNITS:
        number, duration_ms = divmod(duration_ms, unit_ms)
        if number:
            parts.append(f"{number} {name.say(language)}")
    return " ".join(parts) or f"0 {_UNITS[-1][1].say(language)}"


def tell_waits(entry: Mapping[str, Any], language: Language) -> Iterator[str]:
    """The delayed rules that an applied event left waiting."""
    for one in entry.get("later", ()):
        said = Text(f"ждёт до {moment(one['due_ms'])}", f"waits until {moment(one['due_ms'])}").say(language)
        yield f"      {said}{tell_unless(one['unless'], language)}  ← {one['rule']}"


def tell_unless(written: str, language: Language) -> str:
    """What makes a delayed rule needless, to be put behind when it acts."""
    return Text(f", если не будет {written}", f", unless there comes {written}").say(language) if written else ""


def tell_due(entry: Mapping[str, Any], language: Language) -> Iterator[str]:
    """What became of delayed rules at their moment."""
    for one in entry.get("verdicts", ()):
        fate = FATES.get(one["fate"], Text(one["fate"], one["fate"])).say(language)
        yield f"      {one['rule']}: {fate}" + (f" {one['by']}" if "by" in one else "")
    for rule in entry.get("dropped", ()):
        yield f"      {rule}: {Text('не сработает', 'will not act').say(language)}"


def moment(at_ms: int) -> str:
    """A moment to the second, in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
