"""How the line's state is said, on the command line and in the console alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from processor.domain.lane import BACKFILL, CALM, REPLAY, RETRY, URGENT
from processor.text import Language, Text

STATES: Final[Mapping[str, Text]] = {
    "working": Text("работает", "working"),
    "throttled": Text("Watbot просит подождать (429)", "Watbot asks to wait (429)"),
    "watbot_down": Text("Watbot не отвечает, пробуем по одному вызову", "Watbot is down, one call at a time tries"),
    "token_refused": Text(
        "Watbot не принимает токен: проверьте WATBOT_API_TOKEN и тариф",
        "Watbot refuses the token: check WATBOT_API_TOKEN and the plan",
    ),
    "begins": Text("начинает: прежние вызовы ещё могут считаться", "begins: earlier calls may still count"),
}

LANES: Final[Mapping[int, tuple[str, Text]]] = {
    URGENT: ("urgent", Text("срочные", "urgent")),
    RETRY: ("retry", Text("после неудачи", "after a failure")),
    CALM: ("calm", Text("несрочные", "calm")),
    REPLAY: ("replay", Text("повтор отложенного", "replay")),
    BACKFILL: ("backfill", Text("первая сверка", "first sync")),
}

EVENT_STATES: Final[Mapping[str, Text]] = {
    "queued": Text("ждёт обработки", "waiting to be applied"),
    "planned": Text(
        "правила применены, изменения ждут отправки в Watbot или своего часа",
        "rules applied, changes wait for Watbot or for their hour",
    ),
    "done": Text("выполнено", "done"),
    "ignored": Text("ни одно правило не подошло, отправлять нечего", "no rule matched, nothing to send"),
    "refused": Text(
        "Watbot не принял часть изменений, смотрите причину ниже", "Watbot refused some, see the reason below"
    ),
    "unreadable": Text("тело не читается; сохранено как пришло", "the body cannot be read; kept as it came"),
    "failed": Text("не выполнено, смотрите причину ниже", "failed, see the reason below"),
}


def state_text(state: str) -> Text:
    """How the account stands; a state that a newer version wrote is told by its name."""
    return STATES.get(state) or Text(state, state)


def duration_text(duration_ms: int, language: Language) -> str:
    """Milliseconds as a person says them: 5 s, 2 min, 3 h 20 min."""
    seconds = -(-duration_ms // 1000)
    hours, minutes = divmod(-(-seconds // 60), 60)
    if seconds <= 60:
        return Text(f"{seconds} с", f"{seconds} s").say(language)
    if not hours:
        return Text(f"{minutes} мин", f"{minutes} min").say(language)
    return Text(f"{hours} ч {minutes} мин", f"{hours} h {minutes} min").say(language)
