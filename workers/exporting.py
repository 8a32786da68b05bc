"""`python -m workers.exporting`: the program behind `watbot-hooks contacts export`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from processor.clock import Clock, SystemClock
from processor.errors import StartFailed, StoreError, WatbotHooksError
from processor.log import start_log
from processor.rate import Limit
from processor.settings import Settings, load_settings
from processor.store.connection import Store, connect
from processor.store.pace import Pace, resting
from processor.text import Text
from workers.export import export_contacts, write_export
from workers.watbot.client import WatbotClient
from workers.watbot.wire import GET_CONTACTS


def main() -> int:
    """Export by the arguments; 1 with the reason when it cannot be done."""
    try:
        settings = load_settings(os.environ)
    except WatbotHooksError as error:
        print(error, file=sys.stderr)  # noqa: T201  a program's last word
        return 1
    start_log(form=settings.log_format, level="warning", secrets=settings.secrets(), process="export")
    try:
        return _export(settings, _arguments())
    except (WatbotHooksError, OSError) as error:
        said = error.say(settings.language) if isinstance(error, WatbotHooksError) else str(error)
        print(said, file=sys.stderr)  # noqa: T201
        return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="watbot-hooks contacts export")
    parser.add_argument("--bot", type=int, required=True)
    parser.add_argument("--format", choices=("csv", "jsonl"), default="csv")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--date-from", type=_utc)
    parser.add_argument("--date-to", type=_utc)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--excel", action="store_true")
    return parser.parse_args()


def _utc(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _export(settings: Settings, wanted: argparse.Namespace) -> int:
    if not settings.watbot_api_token:
        raise StartFailed(
            Text(
                "не задан WATBOT_API_TOKEN, и рядом не запущен up с песочницей",
                "WATBOT_API_TOKEN is not set, and no up with its sandbox runs here",
            )
        )
    clock = SystemClock()
    timeout_s = settings.watbot_timeout_ms / 1000
    with (
        WatbotClient(settings.watbot_base_url, settings.watbot_api_token, timeout_s=timeout_s) as client,
        _progress() as progress,
    ):
        task = progress.add_task("", total=None)

        def write(out: TextIO) -> int:
            return export_contacts(
                client,
                bot_id=wanted.bot,
                date_from=wanted.date_from,
                date_to=wanted.date_to,
                form=wanted.format,
                out=out,
                before_page=slot_taker(settings, clock),
                on_page=lambda done, total: progress.update(task, completed=done, total=total),
                pause_ms=clock.sleep_ms,
                limit=wanted.limit or None,
            )

        written = write_export(wanted.output, write, for_excel=wanted.excel) if wanted.output else write(sys.stdout)
    Console(stderr=True).print(Text(f"контактов: {written}", f"contacts: {written}").say(settings.language))
    return 0


def _progress() -> Progress:
    """On standard error, so that a piped export stays clean."""
    return Progress(
        TextColumn(GET_CONTACTS),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def slot_taker(settings: Settings, clock: Clock) -> Callable[[], None]:
    """Takes a slot of the budget shared with the workers; alone on the machine, keeps the same distance by itself."""
    client = connect(settings)
    pace = Pace(client, settings.watbot_rate, clock)
    last_ms = [float("-inf")]

    def take() -> None:
        try:
            _tell_rest(client, settings, clock)
            pace.take()
        except StoreError:
            clock.sleep_ms(last_ms[0] + _distance_ms(settings.watbot_rate) - clock.monotonic_ms())
        last_ms[0] = clock.monotonic_ms()

    return take


def _tell_rest(client: Store, settings: Settings, clock: Clock) -> None:
    """Say why nothing moves while the account rests. Raises StartFailed when only a person can end the rest."""
    rest = resting(client)
    if rest is None:
        return
    seconds = max(0, rest[0] - clock.now_ms()) // 1000
    if rest[1] == "token_refused":
        raise StartFailed(
            Text(
                "Watbot не принял токен этого аккаунта; проверьте WATBOT_API_TOKEN и тариф, затем перезапустите up",
                "Watbot refused this account's token; check WATBOT_API_TOKEN and the plan, then restart up",
            )
        )
    waiting = Text(f"ждём {seconds} с: {rest[1]}", f"waiting {seconds} s: {rest[1]}")
    Console(stderr=True).print(waiting.say(settings.language))


def _distance_ms(limits: tuple[Limit, ...]) -> float:
    return max(limit.period_ms / limit.calls for limit in limits) + 10


if __name__ == "__main__":
    raise SystemExit(main())
