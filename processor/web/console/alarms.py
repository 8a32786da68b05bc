"""What is wrong with the line, worst first, each with what to do now. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from processor.store.gauges import Line
from processor.telling.wording import state_text
from processor.text import Text
from processor.web.console.snapshot import Snapshot

FAULTS_SHOWN_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class Alarm:
    """`wrong`: something stands still. `note`: it works, but somebody should look. `href` leads where to act."""

    code: str
    severity: Literal["wrong", "note"]
    said: Text
    todo: Text
    href: str = ""


_FULL: Final = {
    "memory": Text("память хранилища кончается", "the store's memory runs out"),
    "disk": Text("место на диске кончается", "the disk runs full"),
}
_STANDS: Final = {
    "token_refused": Text(
        "задайте верный WATBOT_API_TOKEN и перезапустите обработчик; изменения ждут и не пропадут",
        "set a valid WATBOT_API_TOKEN and restart the worker; the changes wait and are not lost",
    ),
    "watbot_down": Text(
        "ждать: события принимаются, изменения копятся и уйдут сами, когда Watbot ответит",
        "wait: events are taken in, changes gather and leave by themselves when Watbot answers",
    ),
    "throttled": Text(
        "ждать: продолжим сами; если это часто, токеном пользуется ещё кто-то",
        "wait: it goes on by itself; if this happens often, somebody else uses the token, too",
    ),
}


def alarms_of(now: Snapshot) -> tuple[Alarm, ...]:
    """Everything that somebody should know of."""
    found = (*_storage(now), *_workers(now.line), *_account(now), *_rules(now), *_aside(now), *_door(now))
    return tuple(sorted(found, key=lambda alarm: alarm.severity != "wrong"))


def _storage(now: Snapshot) -> Iterator[Alarm]:
    if now.full:
        what = _FULL.get(now.full) or Text(now.full, now.full)
        yield Alarm(
            "full",
            "wrong",
            Text(f"новые события не принимаются (503): {what.ru}", f"new events are refused (503): {what.en}"),
            Text(
                "увеличьте STORE_MEMORY_BYTES_MAX или место на диске; отправители повторят",
                "raise STORE_MEMORY_BYTES_MAX or free disk space; senders will repeat",
            ),
        )


def _workers(line: Line) -> Iterator[Alarm]:
    if not line.workers:
        yield Alarm(
            "workers",
            "wrong",
            Text("нет ни одного обработчика: в Watbot ничего не уходит", "there is no worker: nothing goes to Watbot"),
            Text("запустите `watbot-hooks up` или `work`", "start `watbot-hooks up` or `work`"),
        )


def _account(now: Snapshot) -> Iterator[Alarm]:
    state = now.condition.state
    if state in _STANDS:
        said = state_text(state)
        yield Alarm(state, "note" if state == "throttled" else "wrong", said, _STANDS[state], "/queue")
    if now.tags.state != "ok":
        yield Alarm(
            "tags",
            "wrong" if now.tags.state == "wrong" else "note",
            now.tags.said,
            now.tags.todo or Text("", ""),
        )


def _rules(now: Snapshot) -> Iterator[Alarm]:
    if now.faults:
        shown = now.faults[:FAULTS_SHOWN_MAX]
        said = Text("; ".join(one.say("ru") for one in shown), "; ".join(one.say("en") for one in shown))
        yield Alarm(
            "rules",
            "wrong",
            Text(
                f"в файле правил ошибка, работают прежние: {said.ru}",
                f"the rules file is wrong, the former rules go on: {said.en}",
            ),
            Text("исправьте файл правил", "mend the rules file"),
            "/rules",
        )


def _aside(now: Snapshot) -> Iterator[Alarm]:
    if now.parked or now.refused:
        yield Alarm(
            "dead",
            "note",
            Text(
                f"отложено: контактов {now.parked}, не принятых значений {now.refused}",
                f"set aside: {now.parked} contacts, {now.refused} refused values",
            ),
            Text("посмотрите причины и повторите", "see why, and retry"),
            "/queue",
        )


def _door(now: Snapshot) -> Iterator[Alarm]:
    named = {source: number for source, number in now.refused_today.items() if source in now.rules.sources}
    if named:
        total, names = sum(named.values()), ", ".join(sorted(named))
        yield Alarm(
            "door",
            "note",
            Text(f"сегодня отказано в приёме: {total} ({names})", f"refused at the door today: {total} ({names})"),
            Text("посмотрите причину отказов", "see why they were refused"),
            "/sources",
        )
