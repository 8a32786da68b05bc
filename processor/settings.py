"""What the environment, `.env` and `*_FILE` say, checked all at once.

Order of precedence: the environment, then NAME_FILE (a file that holds the value, as Docker secrets do), then `.env`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

from processor.errors import FaultsFound
from processor.fault import Fault
from processor.networks import Networks, parse_networks
from processor.rate import Limit, parse_rate
from processor.setting_values import choice, language_of, place, store_url, stripped, url, whole
from processor.text import Language, Text, nearest, one_typo

_DAY_MAX = 3650
# A call must end, and be written down, while the contact is still ours.
LEASE_MARGIN_MS = 3_000
SANDBOX_TOKEN = "sandbox"  # noqa: S105  the sandbox takes any token; this one says which API is meant


def setting(default: Any, parse: Callable[[str], Any], ru: str, en: str, *, secret: bool = False) -> Any:
    """One setting: its default, how its text is read, what it is for; a secret is never shown."""
    about = {"parse": parse, "text": Text(ru, en), "secret": secret}
    return field(default=default, repr=not secret, metadata=about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting of watbot-hooks; field `redis_url` is read from REDIS_URL, and so on."""

    redis_url: str | None = setting(
        None,
        store_url,
        "Свой Valkey или Redis; без него up запускает встроенный",
        "Your own Valkey or Redis; without it up starts the embedded one",
        secret=True,
    )
    watbot_api_token: str | None = setting(
        None, stripped, "Токен API Watbot; без него up запускает песочницу", "Watbot's API token", secret=True
    )
    watbot_base_url: str = setting("https://watbot.ru/api/v1", url, "Адрес API Watbot", "Address of Watbot's API")
    watbot_rate: tuple[Limit, ...] = setting(
        parse_rate("2/s,120/m"), parse_rate, "Сколько вызовов разрешено аккаунту", "Calls the account may make"
    )
    watbot_timeout_ms: int = setting(
        10_000, whole(100, 120_000), "Сколько ждать ответа Watbot, мс", "How long to wait for Watbot, ms"
    )
    sender_timeout_ms: int = setting(
        10_000, whole(100, 60_000), "Сколько ждать API отправителя, мс", "How long to wait for a sender's API, ms"
    )
    rules_file: Path = setting(Path("rules.yaml"), place, "Файл правил", "The rules file")
    data_dir: Path = setting(Path("data"), place, "Папка данных", "The data folder")
    host: str = setting("127.0.0.1", stripped, "Адрес, на котором слушать", "Address to listen on")
    port: int = setting(8000, whole(1, 65_534), "Порт; песочница берёт следующий", "Port; the sandbox takes the next")
    trusted_proxies: Networks = setting(
        Networks(),
        parse_networks,
        "Прокси перед нами, которым верим в X-Forwarded-For",
        "Proxies in front of us whose X-Forwarded-For is believed",
    )
    public_url: str | None = setting(
        None,
        url,
        "Адрес, под которым нас видят отправители (https://…)",
        "Address by which senders reach us (https://…)",
    )
    language: Language = setting("ru", language_of, "Язык сообщений", "Language of messages")
    session_hours: int = setting(
        12,
        whole(1, 720),
        "Через сколько часов бездействия выходить из консоли",
        "Idle hours after which the console asks to log in again",
    )
    journal_days: int = setting(
        30, whole(1, _DAY_MAX), "Сколько дней хранить события", "Days that finished events are kept"
    )
    dedupe_days: int = setting(
        8, whole(1, _DAY_MAX), "Сколько дней узнавать повторы", "Days that repetitions are recognised"
    )
    contact_days: int = setting(
        400, whole(1, _DAY_MAX), "Сколько дней помнить контакт", "Days that an idle contact is remembered"
    )
    body_bytes_max: int = setting(
        1_048_576, whole(1024, 64 * 1_048_576), "Наибольший размер запроса, байт", "Largest request body, bytes"
    )
    store_memory_bytes_max: int = setting(
        512 * 1_048_576,
        whole(16 * 1_048_576, 1 << 40),
        "Память встроенного хранилища, байт",
        "Memory of the embedded store, bytes",
    )
    store_fill_percent_max: int = setting(
        80,
        whole(10, 99),
        "Выше этой доли памяти новые события не принимаются (503)",
        "Above this share of memory new events get 503",
    )
    journal_fill_percent_max: int = setting(
        60,
        whole(1, 98),
        "Выше этой доли памяти старейшие выполненные события удаляются раньше срока",
        "Above this share of memory the oldest finished events are dropped early",
    )
    disk_free_bytes_min: int = setting(
        256 * 1_048_576,
        whole(0, 1 << 40),
        "Если на диске свободно меньше, события не принимаются (503)",
        "With less free disk new events get 503",
    )
    intake_wait_ms: int = setting(
        3_000,
        whole(0, 60_000),
        "Сколько ждать хранилище перед ответом 503, мс",
        "How long an event waits for the store before 503, ms",
    )
    worker_threads: int = setting(24, whole(4, 256), "Потоков в обработчике", "Threads of a worker process")
    lease_ms: int = setting(
        15_000,
        whole(1_000, 600_000),
        "На сколько обработчик берёт контакт, мс",
        "How long a worker holds a contact, ms",
    )
    first_sync: str = setting(
        "on", choice("on", "off"), "Узнать при запуске контакты Watbot", "Learn Watbot's contacts at the start"
    )
    park_after_minutes: int = setting(
        60,
        whole(1, 10_080),
        "Сколько минут вызовы контакта могут не удаваться, прежде чем он отложен",
        "Minutes that a contact's calls may fail before it is parked",
    )
    log_format: str = setting("text", choice("text", "json"), "Вид журнала работы", "Format of the log")
    log_level: str = setting(
        "info", choice("debug", "info", "warning", "error"), "Подробность журнала работы", "Level of the log"
    )

    @property
    def sandboxed(self) -> bool:
        """Whether these settings speak to the sandbox that `up` started, and not to Watbot."""
        return self.watbot_api_token == SANDBOX_TOKEN

    @property
    def sandbox_url(self) -> str:
        """Where `up` serves the sandbox."""
        return f"http://{self.host}:{self.port + 1}/api/v1"

    @property
    def public_prefix(self) -> str:
        """The path under which a proxy serves us, such as `/hooks-app`; mostly empty."""
        return urlsplit(self.public_url or "").path.rstrip("/")

    def secrets(self) -> tuple[str, ...]:
        """Every secret text among the settings, for scrubbing."""
        return tuple(s for s in (self.watbot_api_token, self.redis_url and _password(self.redis_url)) if s)


def _password(url: str) -> str | None:
    credentials, at, _ = url.partition("://")[2].rpartition("@")
    return credentials.partition(":")[2] or None if at else None


def environment(environ: Mapping[str, str], folder: Path = Path(), beside: Path | None = None) -> dict[str, str]:
    """The environment with `.env` beneath it: what `${NAME}` in the rules file may name. NAME_FILE gives NAME too.

    `beside` is the rules file's folder: its own `.env` counts least.
    """
    merged: dict[str, str] = {}
    for one in (beside, folder):
        if one is not None:
            merged |= {k: v for k, v in dotenv_values(one / ".env", interpolate=False).items() if v is not None}
    merged |= environ
    for name, path in list(merged.items()):
        bare = name.removesuffix("_FILE")
        if bare != name and bare not in merged and Path(path).is_file():
            try:
                merged[bare] = Path(path).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError):
                continue
    return merged


NAMES: Mapping[str, Any] = {f.name.upper(): f for f in fields(Settings)}


def load_settings(environ: Mapping[str, str], folder: Path = Path()) -> Settings:
    """Read everything. Raises FaultsFound with all faults at once, `.env` misspellings included."""
    dotenv = {k: v for k, v in dotenv_values(folder / ".env", interpolate=False).items() if v is not None}
    faults: list[Fault] = []
    values: dict[str, Any] = {}
    for name, about in NAMES.items():
        text, origin = _written(name, environ, dotenv, faults)
        if text is None or not text.strip():
            continue
        try:
            values[about.name] = about.metadata["parse"](text)
        except ValueError as wrong:
            faults.append(_wrong(name, origin, wrong, text, secret=about.metadata["secret"]))
    faults.extend(_misspelt(dotenv))
    if faults:
        raise FaultsFound(faults)
    settings = Settings(**values)
    if settings.lease_ms < settings.watbot_timeout_ms + LEASE_MARGIN_MS:
        raise FaultsFound([_short_lease(settings)])
    return settings


def _short_lease(settings: Settings) -> Fault:
    least = settings.watbot_timeout_ms + LEASE_MARGIN_MS
    return Fault(
        "setting_lease",
        Text(
            f"LEASE_MS ({settings.lease_ms}) должно быть не меньше WATBOT_TIMEOUT_MS + {LEASE_MARGIN_MS}: "
            "иначе контакт успеет взять другой обработчик, пока идёт вызов",
            f"LEASE_MS ({settings.lease_ms}) must be at least WATBOT_TIMEOUT_MS + {LEASE_MARGIN_MS}: "
            "else another worker may take the contact during a call",
        ),
        expected=Text(f"{least}…", f"{least}…"),
    )


def _written(
    name: str, environ: Mapping[str, str], dotenv: Mapping[str, str], faults: list[Fault]
) -> tuple[str | None, str]:
    for where, origin in ((environ, ""), (dotenv, " (.env)")):
        if name in where:
            return where[name], origin
        path = where.get(f"{name}_FILE")
        if path:
            try:
                return Path(path).read_text("utf-8").strip(), f" ({name}_FILE)"
            except (OSError, UnicodeDecodeError) as error:
                said = getattr(error, "strerror", None) or type(error).__name__
                faults.append(
                    Fault(
                        "setting_file",
                        Text(
                            f"{name}_FILE: файл {path} не читается: {said}", f"{name}_FILE: cannot read {path}: {said}"
                        ),
                    )
                )
                return None, ""
    return None, ""


def _wrong(name: str, origin: str, wrong: ValueError, text: str, *, secret: bool) -> Fault:
    shown = "***" if secret else repr(text)
    expected = str(wrong) if not str(wrong).startswith("invalid literal") else "0, 1, 2…"
    return Fault(
        "setting_value",
        Text(f"{name}{origin}: не подходит значение {shown}", f"{name}{origin}: {shown} is not valid"),
        expected=Text(expected, expected),
    )


def _misspelt(dotenv: Mapping[str, str]) -> list[Fault]:
    """A name in `.env` one typo away from a setting is a mistake; any other may be a secret that the rules use."""
    found = []
    for name in dotenv:
        bare = name.removesuffix("_FILE")
        close = nearest(bare, NAMES)
        if bare not in NAMES and close and abs(len(close) - len(bare)) <= 1 and one_typo(bare, close):
            found.append(
                Fault("setting_name", Text(f".env: нет настройки {name}", f".env: no setting {name}"), nearest=close)
            )
    return found
