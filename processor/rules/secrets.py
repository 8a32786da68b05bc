"""Secrets of sources: `${NAME}` from the environment, never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping

from processor.rules.reading import scalars_of
from processor.rules.report import Report, named
from processor.rules.tree import Scalar, Tree
from processor.text import Text

SECRET_CHARACTERS_MAX = 4_096

_PIECE = re.compile(r"\$\$|\$\{(?P<inside>[^{}]*)\}|\$\{")
_REFERENCE = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>.*))?", re.DOTALL)

_WRITTEN = Text("${ИМЯ_ПЕРЕМЕННОЙ}; сам знак $ пишется $$", "${NAME}; a dollar sign itself is written $$")


def secrets_of(tree: Tree, environ: Mapping[str, str], report: Report, *, demo: bool) -> tuple[str, ...]:
    """One secret or a list of them, taken from `environ` where the file says `${NAME}`.

    `${NAME:-value}` gives a value for the sandbox: it is accepted with `demo` only.
    """
    found = (_resolve(one, environ, report, demo=demo) for one in scalars_of(tree, report))
    return tuple(secret for secret in found if secret is not None)


def _resolve(scalar: Scalar, environ: Mapping[str, str], report: Report, *, demo: bool) -> str | None:
    if len(scalar.text) > SECRET_CHARACTERS_MAX:
        report.add("secret.too_long", Text("секрет слишком длинный", "the secret is too long"), scalar.place)
        return None
    before = report.count
    pieces: list[str] = []
    end = 0
    for found in _PIECE.finditer(scalar.text):
        pieces.append(scalar.text[end : found.start()])
        end = found.end()
        if found[0] == "$$":
            pieces.append("$")
        else:
            pieces.append(_value(found["inside"], scalar, environ, report, demo=demo) or "")
    secret = "".join([*pieces, scalar.text[end:]]).strip()
    if report.count > before:
        return None
    if scalar.is_null or not secret:
        text = Text("секрет пуст", "the secret is empty")
        report.add("secret.empty", text, scalar.place, Text("значение или ${ИМЯ}", "a value or ${NAME}"))
        return None
    return secret


def _value(inside: str | None, scalar: Scalar, environ: Mapping[str, str], report: Report, *, demo: bool) -> str | None:
    reference = _REFERENCE.fullmatch(inside) if inside is not None else None
    if reference is None:
        text = Text("имя переменной в ${…} записано неверно", "the variable's name in ${…} is wrong")
        report.add("secret.reference", text, scalar.place, _WRITTEN)
        return None
    name, default = reference["name"], reference["default"]
    # Set but blank counts as not set, as `:-` does in a shell.
    given = environ.get(name, "").strip()
    if given or (default is not None and demo):
        return given or default
    place_ru, place_en = f"{named(name)}=… в окружении или в .env", f"{named(name)}=… in the environment or in .env"
    if default is None:
        text = Text(f"переменная {named(name)} не задана", f"variable {named(name)} is not set")
        report.add("secret.unset", text, scalar.place, Text(place_ru, place_en))
    else:
        text = Text(
            f"переменная {named(name)} не задана, а пример секрета годится только для песочницы",
            f"variable {named(name)} is not set, and the example secret serves only the sandbox",
        )
        report.add("secret.example", text, scalar.place, Text(place_ru, place_en))
    return None
