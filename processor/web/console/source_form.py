"""What a person filled in about a source, read and checked. Pure."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Final, Literal, TypeAlias

from processor.domain.sender import Sender
from processor.errors import Refused
from processor.rules.edit.render import Value
from processor.rules.secrets import SECRET_CHARACTERS_MAX
from processor.rules.sources import SOURCE_NAME
from processor.text import Text

Way: TypeAlias = Literal["secret", "token", "addresses", "none"]
Path: TypeAlias = "tuple[str, ...]"

SECRET_BYTES: Final = 32
VALUE_CHARACTERS_MAX: Final = 2_000
# The address of the form that adds one.
NAMES_TAKEN_BY_PAGES: Final = frozenset({"new"})
# Settings of every source, then those that only some senders know.
COMMON: Final = ("addresses", "bot", "region", "timezone")
OPTIONS: Final = ("account", "key_name", "confirmation")
HIDDEN: Final[Mapping[str, Path]] = {"ask_url": ("api", "url"), "ask_token": ("api", "token")}

_BETWEEN = re.compile(r"[,;\s]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A source as it was asked for: `secret` proves it ("" when something else does), `made` when it is ours.

    `options` stand in the rules as they are; `hidden` are settings that may hold secrets.
    """

    name: str
    way: Way
    secret: str = field(default="", repr=False)
    made: bool = False
    options: Mapping[str, Value] = field(default_factory=dict)
    hidden: Mapping[Path, str] = field(default_factory=dict, repr=False)


def proposed_name(preset: str, taken: Container[str]) -> str:
    """A free name for a new source."""
    return next(name for name in chain([preset], (f"{preset}-{n}" for n in count(2))) if name not in taken)


def asked_of(form: Mapping[str, str], sender: Sender, taken: Container[str]) -> Asked:
    """The new source that the form asks for. Raises Refused."""
    name = form.get("name", "").strip()
    if not SOURCE_NAME.fullmatch(name) or name in NAMES_TAKEN_BY_PAGES:
        raise _refused(
            "имя источника: латинские буквы, цифры, точка, дефис; с буквы или цифры, не new",
            "the name of a source: a-z, 0-9, dots, dashes; a letter or digit first, not new",
        )
    if name in taken:
        raise _refused(f"имя {name} уже занято другим источником", f"another source has the name {name}")
    way = way_of(form, sender)
    secret, made = secret_of(form) if way in ("secret", "token") else ("", False)
    return Asked(name, way, secret, made, options_of(form, sender), hidden_of(form, sender))


def way_of(form: Mapping[str, str], sender: Sender) -> Way:
    """How the source shall be proven. Raises Refused: also for `none` that was not confirmed."""
    ways: tuple[Way, ...] = (*sender.proofs, "none")
    wanted = form.get("proof", sender.proofs[0])
    way = next((one for one in ways if one == wanted), None)
    if way is None:
        raise _refused("выберите, чем доказывается отправитель", "choose what proves the sender")
    if way == "none" and form.get("sure") != "yes":
        raise _refused(
            "без проверки событие может прислать кто угодно: подтвердите это отдельной галочкой",
            "without a proof anybody can send events: confirm that by its own tick",
        )
    return way


def secret_of(form: Mapping[str, str]) -> tuple[str, bool]:
    """The secret, and whether it was made here. Raises Refused."""
    how = form.get("how", "")
    if how == "make":
        return secrets.token_urlsafe(SECRET_BYTES), True
    if how != "own":
        raise _refused("выберите, откуда взять секрет", "choose where the secret comes from")
    own = form.get("own", "").strip()
    if not own:
        raise _refused("вставьте секрет отправителя", "paste the sender's secret")
    return _fit(own, SECRET_CHARACTERS_MAX), False


def options_of(form: Mapping[str, str], sender: Sender) -> dict[str, Value]:
    """The settings that were filled in. Raises Refused."""
    names = (*(one for one in OPTIONS if one in sender.options), *COMMON)
    filled = {name: _fit(text, VALUE_CHARACTERS_MAX) for name in names if (text := form.get(name, "").strip())}
    return {name: READ[name](text) if name in READ else text for name, text in filled.items()}


def hidden_of(form: Mapping[str, str], sender: Sender) -> dict[Path, str]:
    """The settings that may hold secrets, as far as they were filled in. Raises Refused."""
    if "api" not in sender.options:
        return {}
    return {
        path: _fit(text, SECRET_CHARACTERS_MAX) for name, path in HIDDEN.items() if (text := form.get(name, "").strip())
    }


def escaped(text: str) -> str:
    """Text that the rules file takes as it is: a dollar sign there begins the name of a variable."""
    return text.replace("$", "$$")


def _fit(text: str, length_max: int) -> str:
    if len(text) > length_max or not text.isprintable():
        raise _refused(f"одна строка, не больше {length_max} символов", f"one line, at most {length_max} characters")
    return text


def _several(text: str) -> Value:
    found = [one for one in _BETWEEN.split(text) if one]
    return found[0] if len(found) == 1 else found


def _list(text: str) -> Value:
    return [one for one in _BETWEEN.split(text) if one]


def _bot(text: str) -> Value:
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise _refused("номер бота — целое число", "a bot's number is a whole number")
    return int(text)


READ: Final[Mapping[str, Callable[[str], Value]]] = {
    "account": _several,
    "addresses": _list,
    "bot": _bot,
    "confirmation": escaped,
}


def _refused(ru: str, en: str) -> Refused:
    return Refused("source_form", Text(ru, en))
